"""What a provider called the first of two tries"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("first_reference", sa.String(length=80), nullable=True))


def downgrade() -> None:
    # Not in a batch: on SQLite that would copy the whole ledger.
    op.drop_column("delivery", "first_reference")
