"""Senders of our own, and tallies"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sender",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", sa.Float(), nullable=False),
        sa.Column("shut_until", sa.Float(), nullable=True),
        sa.Column("probe_at", sa.Float(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("recovering_since", sa.Float(), nullable=True),
        sa.Column("why", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("channel", "name"),
    )
    op.create_table(
        "tally",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "hour", "kind"),
    )
    op.add_column("delivery", sa.Column("sender", sa.String(length=40), nullable=True))


def downgrade() -> None:
    # Not in a batch: on SQLite that would copy the whole ledger.
    op.drop_column("delivery", "sender")
    op.drop_table("tally")
    op.drop_table("sender")
