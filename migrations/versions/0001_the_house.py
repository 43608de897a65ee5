"""The house"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY_SQLITE = """
CREATE TRIGGER audit_{verb} BEFORE {verb} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""
# REPLACE deletes without a word to the trigger above.
NEVER_TWICE_SQLITE = """
CREATE TRIGGER audit_insert BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""
APPEND_ONLY_POSTGRESQL = """
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
"""


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("feed_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(
            "alert_feed_ended",
            ["feed_ended_at"],
            unique=False,
            postgresql_where=sa.text("feed_ended_at IS NOT NULL"),
            sqlite_where=sa.text("feed_ended_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_alert_state"), ["state"], unique=False)

    op.create_table(
        "answered",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "tag", "occasion"),
    )
    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answered_at"), ["at"], unique=False)

    op.create_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("miles", sa.Integer(), nullable=False),
        sa.Column("districts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "code", "miles"),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "feed_entry",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("op", sa.String(length=40), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("msg_type", sa.String(length=10), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.String(length=25), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("headline", sa.String(length=160), nullable=False),
        sa.Column("districts", sa.LargeBinary(), nullable=False),
        sa.Column("about_force", sa.String(length=40), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("position"),
    )
    with op.batch_alter_table("feed_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_entry_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feed_entry_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "one_document_a_message",
            ["message_id"],
            unique=True,
            postgresql_where=sa.text("op = 'publish'"),
            sqlite_where=sa.text("op = 'publish'"),
        )

    op.create_table(
        "house",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "join_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("wish", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("join_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_code_sent_at"), ["sent_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_code_tag"), ["tag"], unique=False)

    op.create_table(
        "moderator",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("totp", sa.LargeBinary(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "reach",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "metres", "area_id"),
    )
    op.create_table(
        "recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "remnant",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "reference"),
    )
    with op.batch_alter_table("remnant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remnant_due_at"), ["due_at"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("district", sa.String(length=4), nullable=True),
        sa.Column("place_kind", sa.String(length=40), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("part_of_day", sa.String(length=40), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("timing", sa.String(length=40), nullable=False),
        sa.Column("go_on", sa.Date(), nullable=True),
        sa.Column("waited", sa.String(length=40), nullable=True),
        sa.Column("indexed_with", sa.Integer(), nullable=True),
        sa.Column("contact_until", sa.Date(), nullable=True),
        sa.Column("handed_in_by", sa.Uuid(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_state"), ["state"], unique=False)

    op.create_table(
        "seen_reply",
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
    )
    with op.batch_alter_table("seen_reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seen_reply_on_day"), ["on_day"], unique=False)

    op.create_table(
        "spending",
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("millipence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("on_day", "purpose"),
    )
    op.create_table(
        "suppression",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "tag"),
    )
    op.create_table(
        "visit",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("holds", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_until"), ["until"], unique=False)

    op.create_table(
        "address",
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("least_severity", sa.Integer(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("unreachable_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["recipient.id"],
        ),
        sa.PrimaryKeyConstraint("recipient_id", "channel"),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_tag"), ["tag"], unique=False)

    op.create_table(
        "alert_report",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
        ),
        sa.PrimaryKeyConstraint("alert_id", "report_id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("alert_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_report_report_id"), ["report_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("original_id", sa.Uuid(), nullable=True),
        sa.Column("wording", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tell_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.String(length=32), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=80), nullable=True),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("empty_tries", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["recipient.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("occasion", "subject", "recipient_id", "channel"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "delivery_alert",
            ["alert_id", "recipient_id"],
            unique=False,
            postgresql_where=sa.text("alert_id IS NOT NULL"),
            sqlite_where=sa.text("alert_id IS NOT NULL"),
        )
        batch_op.create_index(
            "delivery_by_itself",
            ["created_at"],
            unique=False,
            postgresql_where=sa.text("alert_id IS NULL"),
            sqlite_where=sa.text("alert_id IS NULL"),
        )
        batch_op.create_index(
            "delivery_lease",
            ["lease_until"],
            unique=False,
            postgresql_where=sa.text("state IN ('leased', 'sending')"),
            sqlite_where=sa.text("state IN ('leased', 'sending')"),
        )
        batch_op.create_index(
            "delivery_queue",
            ["channel", "lane", "rank", "due_at"],
            unique=False,
            postgresql_where=sa.text("state = 'queued'"),
            sqlite_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index("delivery_recipient", ["recipient_id"], unique=False)
        batch_op.create_index(
            "delivery_reference",
            ["reference"],
            unique=False,
            postgresql_where=sa.text("reference IS NOT NULL"),
            sqlite_where=sa.text("reference IS NOT NULL"),
        )
        batch_op.create_index("delivery_subject", ["subject", "state"], unique=False)
        batch_op.create_index(
            "delivery_to_empty",
            ["channel", "settled_at"],
            unique=False,
            postgresql_where=sa.text("reference IS NOT NULL AND emptied_at IS NULL"),
            sqlite_where=sa.text("reference IS NOT NULL AND emptied_at IS NULL"),
        )
        batch_op.create_index(
            "delivery_unknown",
            ["channel"],
            unique=False,
            postgresql_where=sa.text("state = 'unknown'"),
            sqlite_where=sa.text("state = 'unknown'"),
        )

    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.LargeBinary(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["moderator.id"],
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["moderator.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(
            "one_open_proposal",
            ["alert_id"],
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "report_clock",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
        ),
        sa.PrimaryKeyConstraint("report_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_identifier",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("folded", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "tag"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("report_identifier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_identifier_folded"), ["folded"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_identifier_tag"), ["tag"], unique=False)

    op.create_table(
        "report_key",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("to_desk", sa.LargeBinary(), nullable=False),
        sa.Column("by_code", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
        ),
        sa.PrimaryKeyConstraint("report_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_message",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_desk", sa.Boolean(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "return_code",
        sa.Column("selector", sa.LargeBinary(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
        ),
        sa.PrimaryKeyConstraint("selector"),
        sa.UniqueConstraint("report_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scheme",
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("police_force", sa.String(length=40), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["recipient.id"],
        ),
        sa.PrimaryKeyConstraint("recipient_id"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "sitting",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("moderator_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("factor_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["moderator.id"],
        ),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sitting_moderator_id"), ["moderator_id"], unique=False)

    op.create_table(
        "subscriber",
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("working_name", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("wording", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("critical_breaks_quiet", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["recipient.id"],
        ),
        sa.PrimaryKeyConstraint("recipient_id"),
    )
    op.create_table(
        "subscription",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["recipient.id"],
        ),
        sa.PrimaryKeyConstraint("area_id", "recipient_id"),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_recipient_id"), ["recipient_id"], unique=False)

    op.create_table(
        "version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("certainty", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("district", sa.String(length=4), nullable=True),
        sa.Column("place_kind", sa.String(length=40), nullable=True),
        sa.Column("reach", sa.LargeBinary(), nullable=False),
        sa.Column("to_members", sa.Boolean(), nullable=False),
        sa.Column("to_feed", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alert.id"],
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"],
            ["moderator.id"],
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["moderator.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("alert_id", "number"),
    )
    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_version_issued_at"), ["issued_at"], unique=False)

    op.create_table(
        "fan_out",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_done", sa.Boolean(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["version.id"],
        ),
        sa.PrimaryKeyConstraint("version_id"),
    )
    with op.batch_alter_table("fan_out", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fan_out_done_at"), ["done_at"], unique=False)

    op.create_table(
        "scheme_area",
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["area.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["scheme.recipient_id"],
        ),
        sa.PrimaryKeyConstraint("recipient_id", "area_id"),
    )
    op.create_table(
        "scheme_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["scheme.recipient_id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    with op.batch_alter_table("scheme_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheme_token_scheme_id"), ["scheme_id"], unique=False)

    op.create_table(
        "told_count",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["version.id"],
        ),
        sa.PrimaryKeyConstraint("version_id", "district"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(APPEND_ONLY_POSTGRESQL)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(APPEND_ONLY_SQLITE.format(verb=verb))
        op.execute(NEVER_TWICE_SQLITE)


def downgrade() -> None:
    op.drop_table("told_count")
    with op.batch_alter_table("scheme_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scheme_token_scheme_id"))

    op.drop_table("scheme_token")
    op.drop_table("scheme_area")
    with op.batch_alter_table("fan_out", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fan_out_done_at"))

    op.drop_table("fan_out")
    with op.batch_alter_table("version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_version_issued_at"))

    op.drop_table("version")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscription_recipient_id"))

    op.drop_table("subscription")
    op.drop_table("subscriber")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sitting_moderator_id"))

    op.drop_table("sitting")
    op.drop_table("scheme")
    op.drop_table("return_code")
    op.drop_table("report_message")
    op.drop_table("report_key")
    with op.batch_alter_table("report_identifier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_identifier_tag"))
        batch_op.drop_index(batch_op.f("ix_report_identifier_folded"))

    op.drop_table("report_identifier")
    op.drop_table("report_clock")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(
            "one_open_proposal", postgresql_where=sa.text("state = 'open'"), sqlite_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_proposal_alert_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(
            "delivery_unknown", postgresql_where=sa.text("state = 'unknown'"), sqlite_where=sa.text("state = 'unknown'")
        )
        batch_op.drop_index(
            "delivery_to_empty",
            postgresql_where=sa.text("reference IS NOT NULL AND emptied_at IS NULL"),
            sqlite_where=sa.text("reference IS NOT NULL AND emptied_at IS NULL"),
        )
        batch_op.drop_index("delivery_subject")
        batch_op.drop_index(
            "delivery_reference",
            postgresql_where=sa.text("reference IS NOT NULL"),
            sqlite_where=sa.text("reference IS NOT NULL"),
        )
        batch_op.drop_index("delivery_recipient")
        batch_op.drop_index(
            "delivery_queue", postgresql_where=sa.text("state = 'queued'"), sqlite_where=sa.text("state = 'queued'")
        )
        batch_op.drop_index(
            "delivery_lease",
            postgresql_where=sa.text("state IN ('leased', 'sending')"),
            sqlite_where=sa.text("state IN ('leased', 'sending')"),
        )
        batch_op.drop_index(
            "delivery_by_itself", postgresql_where=sa.text("alert_id IS NULL"), sqlite_where=sa.text("alert_id IS NULL")
        )
        batch_op.drop_index(
            "delivery_alert",
            postgresql_where=sa.text("alert_id IS NOT NULL"),
            sqlite_where=sa.text("alert_id IS NOT NULL"),
        )

    op.drop_table("delivery")
    op.drop_table("consent")
    with op.batch_alter_table("alert_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_report_report_id"))

    op.drop_table("alert_report")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_tag"))

    op.drop_table("address")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_until"))

    op.drop_table("visit")
    op.drop_table("suppression")
    op.drop_table("spending")
    with op.batch_alter_table("seen_reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seen_reply_on_day"))

    op.drop_table("seen_reply")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_state"))

    op.drop_table("report")
    with op.batch_alter_table("remnant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remnant_due_at"))

    op.drop_table("remnant")
    op.drop_table("recipient")
    op.drop_table("reach")
    op.drop_table("moderator")
    with op.batch_alter_table("join_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_join_code_tag"))
        batch_op.drop_index(batch_op.f("ix_join_code_sent_at"))

    op.drop_table("join_code")
    op.drop_table("house")
    with op.batch_alter_table("feed_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "one_document_a_message", postgresql_where=sa.text("op = 'publish'"), sqlite_where=sa.text("op = 'publish'")
        )
        batch_op.drop_index(batch_op.f("ix_feed_entry_message_id"))
        batch_op.drop_index(batch_op.f("ix_feed_entry_alert_id"))

    op.drop_table("feed_entry")
    op.drop_table("audit")
    op.drop_table("area")
    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answered_at"))

    op.drop_table("answered")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_state"))
        batch_op.drop_index(
            "alert_feed_ended",
            postgresql_where=sa.text("feed_ended_at IS NOT NULL"),
            sqlite_where=sa.text("feed_ended_at IS NOT NULL"),
        )

    op.drop_table("alert")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append_only()")
