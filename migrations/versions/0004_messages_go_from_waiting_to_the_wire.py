"""Messages go from waiting straight to the wire"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _index(states: str) -> None:
    where = sa.text(states)
    op.drop_index("delivery_lease", table_name="delivery")
    op.create_index("delivery_lease", "delivery", ["lease_until"], postgresql_where=where, sqlite_where=where)


def upgrade() -> None:
    # What a worker of the old kind had taken and never sent.
    op.execute("UPDATE delivery SET state = 'queued', lease_until = NULL, leased_by = NULL WHERE state = 'leased'")
    _index("state = 'sending'")


def downgrade() -> None:
    _index("state IN ('leased', 'sending')")
