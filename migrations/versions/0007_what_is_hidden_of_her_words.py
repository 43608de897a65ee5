"""What is hidden of her words"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_redaction",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("report_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("report_redaction")
