"""Fewer indexes on the ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Each message writes to every index three times; what of an alert is asked for is found by its versions.
    op.drop_index("delivery_alert", table_name="delivery")


def downgrade() -> None:
    where = sa.text("alert_id IS NOT NULL")
    op.create_index(
        "delivery_alert", "delivery", ["alert_id", "recipient_id"], postgresql_where=where, sqlite_where=where
    )
