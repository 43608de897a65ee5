"""Links between reports"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_link",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["report.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("one_id", "other_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_report_link_other_id", "report_link", ["other_id"])
    op.create_table(
        "report_piece",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("report_id", "tag"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_report_piece_tag", "report_piece", ["tag"])
    # The few that wait are looked for each time a report comes, among all that do not.
    waits = sa.text("indexed_with IS NULL")
    op.create_index("report_not_indexed", "report", ["indexed_with"], postgresql_where=waits, sqlite_where=waits)
    op.create_index("ix_report_indexed_with", "report", ["indexed_with"])


def downgrade() -> None:
    op.drop_index("ix_report_indexed_with", table_name="report")
    op.drop_index("report_not_indexed", table_name="report")
    op.drop_table("report_piece")
    op.drop_table("report_link")
