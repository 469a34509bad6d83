"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_changes")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calendar_versions",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("table", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("position", name=op.f("uq_calendar_versions_position")),
    )
    op.create_table(
        "demo_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offset_seconds", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_clock")),
    )
    op.create_table(
        "deployments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=60), nullable=False),
        sa.Column("approved_by", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployments")),
        sa.UniqueConstraint("matter", "region", "version", name=op.f("uq_deployments_matter_region_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("cycle", sa.String(length=6), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("agency", sa.String(length=100), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("published_by", sa.String(length=60), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("number", name=op.f("uq_notices_number")),
        sa.UniqueConstraint("request_id", name=op.f("uq_notices_request_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_published", "notices", ["published_at"], unique=False)
    op.create_table(
        "number_blocks",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "region", "year", name=op.f("pk_number_blocks")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("matter", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("applicant", sa.String(length=200), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=60), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("linked_case", sa.Integer(), nullable=True),
        sa.Column("open_request", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name=op.f("fk_cases_deployment_id")),
        sa.ForeignKeyConstraint(["linked_case"], ["cases.id"], name=op.f("fk_cases_linked_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        sa.UniqueConstraint("opened_by", "open_request", name=op.f("uq_cases_opened_by_open_request")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cases_matter_region", "cases", ["matter", "region", "status"], unique=False)
    op.create_index("ix_cases_next_due", "cases", ["next_due"], unique=False)
    op.create_index("ix_cases_region_opened", "cases", ["region", "opened_at"], unique=False)
    op.create_table(
        "diagram_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=80), nullable=False),
        sa.Column("base_deployment", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("editors", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("xml", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("regions", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_deployment"], ["deployments.id"], name=op.f("fk_diagram_drafts_base_deployment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagram_drafts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_diagram_drafts_matter", "diagram_drafts", ["matter", "status"], unique=False)
    op.create_table(
        "form_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_form_drafts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_drafts")),
        sa.UniqueConstraint("user_id", "place", name=op.f("uq_form_drafts_user_id_place")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "user_id", "region", "office", "role", name=op.f("uq_memberships_user_id_region_office_role")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_expires", "sessions", ["expires_at"], unique=False)
    op.create_table(
        "awaited_messages",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=60), nullable=False),
        sa.Column("node", sa.String(length=200), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_awaited_messages_case_id")),
        sa.PrimaryKeyConstraint("case_id", "message", "node", "n", name=op.f("pk_awaited_messages")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_awaited_messages_open", "awaited_messages", ["region", "status", "since"], unique=False)
    op.create_table(
        "deadlines",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("party", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadlines_case_id")),
        sa.PrimaryKeyConstraint("case_id", "key", "occurrence", name=op.f("pk_deadlines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "diagram_trials",
        sa.Column("draft", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(length=60), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["draft"], ["diagram_drafts.id"], name=op.f("fk_diagram_trials_draft")),
        sa.PrimaryKeyConstraint("draft", name=op.f("pk_diagram_trials")),
    )
    op.create_table(
        "draft_presences",
        sa.Column("draft", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft"], ["diagram_drafts.id"], name=op.f("fk_draft_presences_draft")),
        sa.PrimaryKeyConstraint("draft", "username", name=op.f("pk_draft_presences")),
    )
    op.create_table(
        "events",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("node", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_events_case_id")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_events")),
        sa.UniqueConstraint("case_id", "request_id", name="uq_events_case_request"),
    )
    op.create_table(
        "human_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=200), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("matter", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("act_as", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("assignee", sa.String(length=60), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=60), nullable=True),
        sa.Column("deadline", sa.String(length=40), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_human_tasks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_human_tasks")),
        sa.UniqueConstraint("case_id", "node", "n", name=op.f("uq_human_tasks_case_id_node_n")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_human_tasks_applicant",
        "human_tasks",
        ["region", "act_as", "office", "due", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'open' AND lane = 'applicant'"),
        postgresql_where=sa.text("status = 'open' AND lane = 'applicant'"),
    )
    op.create_index(
        "ix_human_tasks_group",
        "human_tasks",
        ["region", "lane", "office", "due", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_human_tasks_mine",
        "human_tasks",
        ["assignee", "due", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'claimed'"),
        postgresql_where=sa.text("status = 'claimed'"),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("node", sa.String(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incidents_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incidents_open", "incidents", ["resolved_at", "raised_at"], unique=False)
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("node", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_letters_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("case_id", "seq", "position", name=op.f("uq_letters_case_id_seq_position")),
        sa.UniqueConstraint("number", name=op.f("uq_letters_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "notice_items",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("matter", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notice_items_case_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_items_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "case_id", name=op.f("pk_notice_items")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_notice_items_case", "notice_items", ["case_id"], unique=False)
    op.create_table(
        "supervisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=20), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("deadline", sa.String(length=40), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handled_by", sa.String(length=60), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_supervisions_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisions")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_supervisions_case_id_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_supervisions_open", "supervisions", ["region", "status", "raised_at"], unique=False)
    op.create_table(
        "timers",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calendar", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_timers_case_id")),
        sa.PrimaryKeyConstraint("case_id", "kind", "key", "n", name=op.f("pk_timers")),
        sqlite_with_rowid=False,
    )
    guards = {
        "sqlite": [
            (
                "CREATE TRIGGER account_changes_no_update BEFORE UPDATE ON account_changes WHEN NOT (FALSE)"
                " BEGIN SELECT RAISE(ABORT, 'append-only: rows of this table are never changed or "
                "deleted'); END"
            ),
            (
                "CREATE TRIGGER account_changes_no_delete BEFORE DELETE ON account_changes BEGIN SELECT "
                "RAISE(ABORT, 'append-only: rows of this table are never changed or deleted'); END"
            ),
            (
                "CREATE TRIGGER account_changes_no_replace BEFORE INSERT ON account_changes WHEN EXISTS "
                "(SELECT 1 FROM account_changes AS present WHERE present.id = NEW.id) BEGIN SELECT "
                "RAISE(ABORT, 'append-only: rows of this table are never changed or deleted'); END"
            ),
            (
                "CREATE TRIGGER calendar_versions_no_update BEFORE UPDATE ON calendar_versions WHEN NOT "
                "(FALSE) BEGIN SELECT RAISE(ABORT, 'append-only: rows of this table are never changed or "
                "deleted'); END"
            ),
            (
                "CREATE TRIGGER calendar_versions_no_delete BEFORE DELETE ON calendar_versions BEGIN SELECT"
                " RAISE(ABORT, 'append-only: rows of this table are never changed or deleted'); END"
            ),
            (
                "CREATE TRIGGER calendar_versions_no_replace BEFORE INSERT ON calendar_versions WHEN EXISTS"
                " (SELECT 1 FROM calendar_versions AS present WHERE present.version = NEW.version OR "
                "present.position = NEW.position) BEGIN SELECT RAISE(ABORT, 'append-only: rows of this "
                "table are never changed or deleted'); END"
            ),
            (
                "CREATE TRIGGER deployments_no_update BEFORE UPDATE ON deployments WHEN NOT (FALSE) BEGIN "
                "SELECT RAISE(ABORT, 'append-only: rows of this table are never changed or deleted'); END"
            ),
            (
                "CREATE TRIGGER deployments_no_delete BEFORE DELETE ON deployments BEGIN SELECT "
                "RAISE(ABORT, 'append-only: rows of this table are never changed or deleted'); END"
            ),
            (
                "CREATE TRIGGER deployments_no_replace BEFORE INSERT ON deployments WHEN EXISTS (SELECT 1 "
                "FROM deployments AS present WHERE present.id = NEW.id OR (present.matter = NEW.matter AND "
                "present.region = NEW.region AND present.version = NEW.version)) BEGIN SELECT RAISE(ABORT, "
                "'append-only: rows of this table are never changed or deleted'); END"
            ),
            (
                "CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN NOT (NEW.case_id IS "
                "OLD.case_id AND NEW.seq IS OLD.seq AND NEW.format IS OLD.format AND NEW.kind IS OLD.kind "
                "AND NEW.node IS OLD.node AND NEW.actor IS OLD.actor AND NEW.effective_at IS "
                "OLD.effective_at AND NEW.recorded_at IS OLD.recorded_at AND NEW.calendar IS OLD.calendar "
                "AND NEW.request_id IS OLD.request_id AND NEW.digest IS OLD.digest AND NEW.prev_hash IS "
                "OLD.prev_hash AND NEW.hash IS OLD.hash AND EXISTS (SELECT 1 FROM events AS erasing WHERE "
                "erasing.case_id = OLD.case_id AND erasing.kind = 'values_erased' AND erasing.seq > "
                "OLD.seq)) BEGIN SELECT RAISE(ABORT, 'append-only: rows of this table are never changed or "
                "deleted'); END"
            ),
            (
                "CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append-"
                "only: rows of this table are never changed or deleted'); END"
            ),
            (
                "CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events"
                " AS present WHERE present.case_id = NEW.case_id AND (present.seq = NEW.seq OR "
                "present.request_id = NEW.request_id)) BEGIN SELECT RAISE(ABORT, 'append-only: rows of this"
                " table are never changed or deleted'); END"
            ),
        ],
        "postgresql": [
            (
                "CREATE OR REPLACE FUNCTION account_changes_append_only() RETURNS trigger LANGUAGE plpgsql "
                "SET search_path = public, pg_temp AS $$ BEGIN IF TG_OP = 'UPDATE' THEN IF FALSE THEN "
                "RETURN NEW; END IF; END IF; RAISE EXCEPTION 'append-only: rows of this table are never "
                "changed or deleted' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            ),
            (
                "CREATE TRIGGER account_changes_no_change BEFORE UPDATE OR DELETE ON account_changes FOR "
                "EACH ROW EXECUTE FUNCTION account_changes_append_only()"
            ),
            (
                "CREATE TRIGGER account_changes_no_truncate BEFORE TRUNCATE ON account_changes FOR EACH "
                "STATEMENT EXECUTE FUNCTION account_changes_append_only()"
            ),
            (
                "CREATE OR REPLACE FUNCTION calendar_versions_append_only() RETURNS trigger LANGUAGE "
                "plpgsql SET search_path = public, pg_temp AS $$ BEGIN IF TG_OP = 'UPDATE' THEN IF FALSE "
                "THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'append-only: rows of this table are "
                "never changed or deleted' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            ),
            (
                "CREATE TRIGGER calendar_versions_no_change BEFORE UPDATE OR DELETE ON calendar_versions "
                "FOR EACH ROW EXECUTE FUNCTION calendar_versions_append_only()"
            ),
            (
                "CREATE TRIGGER calendar_versions_no_truncate BEFORE TRUNCATE ON calendar_versions FOR EACH"
                " STATEMENT EXECUTE FUNCTION calendar_versions_append_only()"
            ),
            (
                "CREATE OR REPLACE FUNCTION deployments_append_only() RETURNS trigger LANGUAGE plpgsql SET "
                "search_path = public, pg_temp AS $$ BEGIN IF TG_OP = 'UPDATE' THEN IF FALSE THEN RETURN "
                "NEW; END IF; END IF; RAISE EXCEPTION 'append-only: rows of this table are never changed or"
                " deleted' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            ),
            (
                "CREATE TRIGGER deployments_no_change BEFORE UPDATE OR DELETE ON deployments FOR EACH ROW "
                "EXECUTE FUNCTION deployments_append_only()"
            ),
            (
                "CREATE TRIGGER deployments_no_truncate BEFORE TRUNCATE ON deployments FOR EACH STATEMENT "
                "EXECUTE FUNCTION deployments_append_only()"
            ),
            (
                "CREATE OR REPLACE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql SET "
                "search_path = public, pg_temp AS $$ BEGIN IF TG_OP = 'UPDATE' THEN IF NEW.case_id IS NOT "
                "DISTINCT FROM OLD.case_id AND NEW.seq IS NOT DISTINCT FROM OLD.seq AND NEW.format IS NOT "
                "DISTINCT FROM OLD.format AND NEW.kind IS NOT DISTINCT FROM OLD.kind AND NEW.node IS NOT "
                "DISTINCT FROM OLD.node AND NEW.actor IS NOT DISTINCT FROM OLD.actor AND NEW.effective_at "
                "IS NOT DISTINCT FROM OLD.effective_at AND NEW.recorded_at IS NOT DISTINCT FROM "
                "OLD.recorded_at AND NEW.calendar IS NOT DISTINCT FROM OLD.calendar AND NEW.request_id IS "
                "NOT DISTINCT FROM OLD.request_id AND NEW.digest IS NOT DISTINCT FROM OLD.digest AND "
                "NEW.prev_hash IS NOT DISTINCT FROM OLD.prev_hash AND NEW.hash IS NOT DISTINCT FROM "
                "OLD.hash AND EXISTS (SELECT 1 FROM events AS erasing WHERE erasing.case_id = OLD.case_id "
                "AND erasing.kind = 'values_erased' AND erasing.seq > OLD.seq) THEN RETURN NEW; END IF; END"
                " IF; RAISE EXCEPTION 'append-only: rows of this table are never changed or deleted' USING "
                "ERRCODE = 'integrity_constraint_violation'; END $$"
            ),
            (
                "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE "
                "FUNCTION events_append_only()"
            ),
            (
                "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE "
                "FUNCTION events_append_only()"
            ),
        ],
    }
    for statement in guards[op.get_bind().dialect.name]:
        op.execute(statement)
