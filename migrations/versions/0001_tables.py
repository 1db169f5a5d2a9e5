"""The tables of the house."""

import sqlalchemy as sa
from alembic import op


revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "reviewer",
                "officer",
                "convenor",
                "accounting",
                "cashier",
                "manager",
                "auditor",
                "admin",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "INVITED",
                "ACTIVE",
                "SUSPENDED",
                "CLOSED",
                name="accountstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("density", sa.String(length=16), nullable=False),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'ACTIVE' OR password_hash <> ''", name=op.f("ck_account_usable")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "account_review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accounts", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_review")),
    )
    op.create_table(
        "act_key",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("arguments_sha256", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_act_key")),
    )
    op.create_table(
        "audit_entry",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("act_seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("actor_role", sa.String(length=24), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=48), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor_id", "seq"], unique=False)
    op.create_index("ix_audit_entry_case", "audit_entry", ["case_id", "seq"], unique=False)
    op.create_index(
        "ix_audit_entry_subject", "audit_entry", ["subject", "subject_id", "seq"], unique=False
    )
    op.create_table(
        "audit_head",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "backup_taken",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_taken")),
    )
    op.create_index(op.f("ix_backup_taken_taken_at"), "backup_taken", ["taken_at"], unique=False)
    op.create_table(
        "blocked_firm",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ubn", sa.String(length=8), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("letter_number", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_blocked_firm_span")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_firm")),
    )
    op.create_index("ix_blocked_firm_ubn", "blocked_firm", ["ubn", "id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=True),
        sa.Column(
            "scan",
            sa.Enum(
                "CLEAN",
                "UNSCANNED",
                name="scan",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_case_id"), "document", ["case_id"], unique=False)
    op.create_index(op.f("ix_document_sha256"), "document", ["sha256"], unique=False)
    op.create_table(
        "document_content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_document_content")),
    )
    op.create_table(
        "firm_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ubn", sa.String(length=8), nullable=False),
        sa.Column("bank_code", sa.String(length=3), nullable=False),
        sa.Column("branch_code", sa.String(length=4), nullable=False),
        sa.Column("bank_name", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=14), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_account")),
    )
    op.create_index("ix_firm_account_ubn", "firm_account", ["ubn", "id"], unique=False)
    op.create_table(
        "import",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("cells_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PREVIEWED",
                "CONFIRMED",
                "DISCARDED",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_count", sa.BigInteger(), nullable=False),
        sa.Column("reading", sa.BigInteger(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index(op.f("ix_import_cells_sha256"), "import", ["cells_sha256"], unique=False)
    op.create_index(op.f("ix_import_file_sha256"), "import", ["file_sha256"], unique=False)
    op.create_table(
        "installation",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "NTD", "SEAT", name="unit", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "book",
            sa.Enum(
                "BUDGET",
                "ALLOTMENT",
                "SEATS",
                "FEES",
                name="book",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("shortage", sa.String(length=48), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "unit <> 'SEAT' OR book = 'SEATS'", name=op.f("ck_ledger_account_seats_apart")
        ),
        sa.CheckConstraint(
            "floor IS NULL OR balance >= floor", name=op.f("ck_ledger_account_above_floor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("name", name=op.f("uq_ledger_account_name")),
    )
    op.create_index(op.f("ix_ledger_account_scheme"), "ledger_account", ["scheme"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DUE",
                "KEPT",
                "FAILED",
                name="promisestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "due_at", "id"], unique=False)
    op.create_table(
        "sheet",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "MADE",
                "CHECKED",
                "APPROVED",
                "SENT",
                "SETTLED",
                "VOIDED",
                name="sheetstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("funding_source", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("opendocument_id", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_by_name", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.Column("checked_by_name", sa.String(length=120), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_by_name", sa.String(length=120), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.Column("sent_by_name", sa.String(length=120), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "approved_by IS NULL OR (approved_by <> made_by AND approved_by <> checked_by)",
            name=op.f("ck_sheet_approver_is_another"),
        ),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> made_by",
            name=op.f("ck_sheet_maker_is_not_checker"),
        ),
        sa.CheckConstraint(
            "sent_by IS NULL OR (sent_by <> made_by AND sent_by <> checked_by AND sent_by <> approved_by)",
            name=op.f("ck_sheet_sender_is_another"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet")),
        sa.UniqueConstraint("number", name=op.f("uq_sheet_number")),
    )
    op.create_index("ix_sheet_state", "sheet", ["state", "id"], unique=False)
    op.create_table(
        "sheet_counter",
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "year", name=op.f("pk_sheet_counter")),
    )
    op.create_table(
        "window_closure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.BigInteger(), nullable=False),
        sa.Column("declared_by_name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_window_closure")),
        sa.UniqueConstraint("edition", name=op.f("uq_window_closure_edition")),
    )
    op.create_table(
        "worker_round",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_round")),
    )
    op.create_table(
        "case",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column("variant", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "SUBMITTED",
                "QUALIFYING",
                "SUPPLEMENT",
                "INELIGIBLE",
                "NOT_ACCEPTED",
                "IN_REVIEW",
                "SCORED",
                "REJECTED",
                "OFFERED",
                "WAITLISTED",
                "AWARDED",
                "LAPSED",
                "ACTIVE",
                "ACTIVE_2",
                "CLOSING",
                "SETTLED",
                "CLOSED",
                "WITHDRAWN",
                "TERMINATING",
                "TERMINATED",
                "ANNULLED",
                "REVOKED",
                "ACCEPTED",
                "IN_SERVICE",
                "DELIVERED",
                "CANCELLED",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("firm_name", sa.String(length=200), nullable=False),
        sa.Column("ubn", sa.String(length=8), nullable=False),
        sa.Column("registration", sa.String(length=24), nullable=False),
        sa.Column("industry", sa.String(length=64), nullable=False),
        sa.Column("headcount", sa.String(length=24), nullable=False),
        sa.Column("paid_in_capital", sa.BigInteger(), nullable=True),
        sa.Column("factory_status", sa.String(length=24), nullable=False),
        sa.Column("factory_number", sa.String(length=64), nullable=False),
        sa.Column("project_name", sa.String(length=400), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("plan_start", sa.Date(), nullable=True),
        sa.Column("plan_end", sa.Date(), nullable=True),
        sa.Column("total_budget", sa.BigInteger(), nullable=True),
        sa.Column("subsidy_requested", sa.BigInteger(), nullable=True),
        sa.Column("self_fund", sa.BigInteger(), nullable=True),
        sa.Column("domestic", sa.BigInteger(), nullable=False),
        sa.Column("new_equipment", sa.BigInteger(), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=64), nullable=False),
        sa.Column("declarations", sa.JSON(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("finding_count", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "waiting_for",
            sa.Enum(
                "OFFICER",
                "APPLICANT",
                "REVIEWERS",
                "CONVENOR",
                "FINANCE",
                "NOBODY",
                name="waitingfor",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "turn",
            sa.Enum(
                "OURS",
                "THEIRS",
                "DONE",
                name="turn",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("subsidy", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("officer_id IS NULL OR officer_id > 0", name=op.f("ck_case_officer")),
        sa.CheckConstraint(
            "total_budget IS NULL OR total_budget >= 0",
            name=op.f("ck_case_total_budget_not_negative"),
        ),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_case_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
    )
    op.create_index("ix_case_due", "case", ["officer_id", "due_on", "id"], unique=False)
    op.create_index(
        "ix_case_due_scheme", "case", ["officer_id", "scheme", "due_on", "id"], unique=False
    )
    op.create_index("ix_case_firm", "case", ["firm_name", "id"], unique=False)
    op.create_index(
        "ix_case_pile", "case", ["officer_id", "turn", "waiting_since", "id"], unique=False
    )
    op.create_index(
        "ix_case_pile_scheme",
        "case",
        ["officer_id", "turn", "scheme", "waiting_since", "id"],
        unique=False,
    )
    op.create_index(
        "ix_case_scheme", "case", ["scheme", "turn", "waiting_since", "id"], unique=False
    )
    op.create_index("ix_case_scheme_since", "case", ["scheme", "waiting_since", "id"], unique=False)
    op.create_index(
        "ix_case_scheme_state", "case", ["scheme", "state", "waiting_since", "id"], unique=False
    )
    op.create_index("ix_case_since", "case", ["waiting_since", "id"], unique=False)
    op.create_index("ix_case_state", "case", ["state", "waiting_since", "id"], unique=False)
    op.create_index("ix_case_turn", "case", ["turn", "waiting_since", "id"], unique=False)
    op.create_index("ix_case_ubn", "case", ["ubn", "id"], unique=False)
    op.create_table(
        "employment",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ubn", sa.String(length=8), nullable=False),
        sa.Column("firm_name", sa.String(length=200), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_employment_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment")),
    )
    op.create_index(op.f("ix_employment_account_id"), "employment", ["account_id"], unique=False)
    op.create_index(op.f("ix_employment_ubn"), "employment", ["ubn"], unique=False)
    op.create_table(
        "import_detail",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reading", sa.BigInteger(), nullable=False),
        sa.Column(
            "pile",
            sa.Enum(
                "CANNOT_ENTER",
                "NEEDS_A_LOOK",
                name="importpile",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sheet", sa.String(length=40), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("column", sa.String(length=40), nullable=True),
        sa.Column("case_number", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_import_detail_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_detail")),
    )
    op.create_index(
        "ix_import_detail_page",
        "import_detail",
        ["import_id", "reading", "pile", "position"],
        unique=False,
    )
    op.create_table(
        "invitation",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_invitation_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_invitation_token_sha256")),
    )
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"], unique=False)
    op.create_table(
        "ledger_transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("memo", sa.String(length=200), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_ledger_transfer_positive")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_ledger_transfer_two_sided")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["ledger_account.id"], name=op.f("fk_ledger_transfer_source_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["ledger_account.id"], name=op.f("fk_ledger_transfer_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transfer")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transfer_key")),
    )
    op.create_index("ix_ledger_transfer_at", "ledger_transfer", ["at", "id"], unique=False)
    op.create_index("ix_ledger_transfer_case", "ledger_transfer", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_ledger_transfer_source", "ledger_transfer", ["source_id", "id"], unique=False
    )
    op.create_index(
        "ix_ledger_transfer_target", "ledger_transfer", ["target_id", "id"], unique=False
    )
    op.create_table(
        "password_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_password_history_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_history")),
    )
    op.create_index(
        op.f("ix_password_history_account_id"), "password_history", ["account_id"], unique=False
    )
    op.create_table(
        "sign_in_session",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sign_in_session_token_sha256")),
    )
    op.create_index(
        "ix_sign_in_session_account", "sign_in_session", ["account_id", "id"], unique=False
    )
    op.create_table(
        "achieved_target",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "metric",
            sa.Enum(
                "services",
                "partners",
                "visits",
                "carbon_kg",
                name="metric",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_achieved_target_value")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_achieved_target_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achieved_target")),
        sa.UniqueConstraint("case_id", "metric", name=op.f("uq_achieved_target_case_id_metric")),
    )
    op.create_table(
        "approved_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.Column("self_fund", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_approved_line_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approved_line")),
        sa.UniqueConstraint("case_id", "category", name=op.f("uq_approved_line_case_id_category")),
    )
    op.create_table(
        "benefit",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=False),
        sa.Column("after", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_benefit_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit")),
    )
    op.create_index(op.f("ix_benefit_case_id"), "benefit", ["case_id"], unique=False)
    op.create_table(
        "bonus",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "CONFIRMED",
                "NOT_MET",
                "NOT_APPLICABLE",
                name="bonusstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("domestic", sa.BigInteger(), nullable=False),
        sa.Column("new_equipment", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_bonus_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bonus")),
        sa.UniqueConstraint("case_id", name=op.f("uq_bonus_case_id")),
    )
    op.create_table(
        "budget_line",
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("category_text", sa.String(length=120), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.Column("self_fund", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_budget_line_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
    )
    op.create_index(op.f("ix_budget_line_case_id"), "budget_line", ["case_id"], unique=False)
    op.create_table(
        "carry_over",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("approval_number", sa.String(length=64), nullable=False),
        sa.Column("approval_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_carry_over_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_carry_over_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carry_over")),
        sa.UniqueConstraint("case_id", "year", name=op.f("uq_carry_over_case_id_year")),
    )
    op.create_index("ix_carry_over_year", "carry_over", ["year", "id"], unique=False)
    op.create_table(
        "case_note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_note_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index(op.f("ix_case_note_case_id"), "case_note", ["case_id"], unique=False)
    op.create_table(
        "checkpoint",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("subproject", sa.String(length=200), nullable=False),
        sa.Column("work_item", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("weight_bp", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PLANNED",
                "DUE",
                "OVERDUE",
                "REPORTED",
                "ACCEPTED",
                "REMOVED",
                "FROZEN",
                name="checkpointstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("report_letter", sa.String(length=64), nullable=False),
        sa.Column("report_text", sa.Text(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("correct_by", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'ACCEPTED' OR decided_at IS NOT NULL",
            name=op.f("ck_checkpoint_accepted_instant"),
        ),
        sa.CheckConstraint(
            "weight_bp > 0 AND weight_bp <= 10000", name=op.f("ck_checkpoint_weight")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_checkpoint_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_checkpoint_case_id_position")),
    )
    op.create_index("ix_checkpoint_due", "checkpoint", ["state", "due_on", "id"], unique=False)
    op.create_table(
        "consortium_member",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("is_centre", sa.Boolean(), nullable=False),
        sa.Column("firm_name", sa.String(length=200), nullable=False),
        sa.Column("ubn", sa.String(length=8), nullable=False),
        sa.Column("factory_number", sa.String(length=64), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.Column("self_fund", sa.BigInteger(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("join_letter", sa.String(length=64), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("leave_letter", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "left_on IS NULL OR (reason <> '' AND NOT is_centre)",
            name=op.f("ck_consortium_member_left_why"),
        ),
        sa.CheckConstraint(
            "subsidy >= 0 AND self_fund >= 0", name=op.f("ck_consortium_member_shares")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_consortium_member_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consortium_member")),
    )
    op.create_index(
        "ix_consortium_member_case",
        "consortium_member",
        ["case_id", "position", "id"],
        unique=False,
    )
    op.create_index(
        "uq_consortium_member_live",
        "consortium_member",
        ["case_id", "ubn"],
        unique=True,
        sqlite_where=sa.text("left_on IS NULL"),
        postgresql_where=sa.text("left_on IS NULL"),
    )
    op.create_table(
        "contract",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("letter_number", sa.String(length=64), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("subsidy", sa.BigInteger(), nullable=False),
        sa.Column("total_budget", sa.BigInteger(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("midterm_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("period_end >= period_start", name=op.f("ck_contract_period")),
        sa.CheckConstraint(
            "subsidy > 0 AND total_budget >= subsidy", name=op.f("ck_contract_amounts")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_contract_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("case_id", name=op.f("uq_contract_case_id")),
        sa.UniqueConstraint("number", name=op.f("uq_contract_number")),
    )
    op.create_table(
        "decision",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "AWARD",
                "REJECT",
                "PARTIAL_OFFER",
                "WAITLIST",
                name="decisionkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("subsidy", sa.BigInteger(), nullable=True),
        sa.Column("total_budget", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("pass_mark", sa.BigInteger(), nullable=False),
        sa.Column("valid_count", sa.BigInteger(), nullable=False),
        sa.Column("quorum", sa.BigInteger(), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'AWARD' OR subsidy > 0", name=op.f("ck_decision_award_has_amount")
        ),
        sa.CheckConstraint("valid_count >= quorum", name=op.f("ck_decision_quorum")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_decision_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_case", "decision", ["case_id", "id"], unique=False)
    op.create_table(
        "ending",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "TERMINATION",
                "ANNULMENT",
                "REVOCATION",
                name="endingkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "PROPOSED",
                "DECIDED",
                "RETURNED",
                name="endingstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(
                "FALSE_DOCUMENTS",
                "PLAN_NOT_EXECUTED",
                "EVALUATION_WITHHELD",
                "DOUBLE_SUBSIDY",
                "DISSOLVED",
                "OTHER",
                "OVERPAID",
                "CONTRACT_ENDED",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=True),
        sa.Column(
            "returns",
            sa.Enum(
                "FULL",
                "SETTLED",
                name="return",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("recognised", sa.BigInteger(), nullable=False),
        sa.Column("recognised_grant", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("demand", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("prepared_by", sa.BigInteger(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("disposed_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'DECIDED' OR decided_by <> prepared_by", name=op.f("ck_ending_two_persons")
        ),
        sa.CheckConstraint("paid >= demand AND demand >= 0", name=op.f("ck_ending_demand")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_ending_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ending")),
    )
    op.create_index("ix_ending_case", "ending", ["case_id", "id"], unique=False)
    op.create_index("ix_ending_state", "ending", ["state", "id"], unique=False)
    op.create_index(
        "uq_ending_proposed",
        "ending",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state = 'PROPOSED'"),
        postgresql_where=sa.text("state = 'PROPOSED'"),
    )
    op.create_table(
        "equipment",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("domestic", sa.Boolean(), nullable=False),
        sa.Column("vendor", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_equipment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
    )
    op.create_index(op.f("ix_equipment_case_id"), "equipment", ["case_id"], unique=False)
    op.create_table(
        "fee_paid",
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("receipt_number", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_fee_paid_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_paid")),
    )
    op.create_index(op.f("ix_fee_paid_case_id"), "fee_paid", ["case_id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=48), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("clause", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN",
                "CONFIRMED",
                "OVERRULED",
                name="findingstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'OVERRULED' OR reason <> ''", name=op.f("ck_finding_overruled_with_reason")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_finding_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_case_id"), "finding", ["case_id"], unique=False)
    op.create_table(
        "loan",
        sa.Column("loan_class", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("plan_cost", sa.BigInteger(), nullable=True),
        sa.Column("condition", sa.String(length=8), nullable=False),
        sa.Column("bank_code", sa.String(length=8), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_loan_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
    )
    op.create_index(op.f("ix_loan_case_id"), "loan", ["case_id"], unique=False)
    op.create_table(
        "member",
        sa.Column("firm_name", sa.String(length=200), nullable=False),
        sa.Column("ubn", sa.String(length=8), nullable=False),
        sa.Column("factory_number", sa.String(length=64), nullable=False),
        sa.Column("subsidy", sa.BigInteger(), nullable=True),
        sa.Column("self_fund", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_member_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )
    op.create_index(op.f("ix_member_case_id"), "member", ["case_id"], unique=False)
    op.create_index(op.f("ix_member_ubn"), "member", ["ubn"], unique=False)
    op.create_table(
        "offer",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN",
                "ACCEPTED",
                "DECLINED",
                "UNANSWERED",
                "WITHDRAWN",
                name="offerstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("wanted", sa.BigInteger(), nullable=False),
        sa.Column("total_budget", sa.BigInteger(), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("offered_by", sa.BigInteger(), nullable=False),
        sa.Column("offered_by_name", sa.String(length=120), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer_number", sa.String(length=64), nullable=False),
        sa.Column("answer_on", sa.Date(), nullable=True),
        sa.Column("agreed_total", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ACCEPTED') = (agreed_total IS NOT NULL)", name=op.f("ck_offer_agreed_total")
        ),
        sa.CheckConstraint(
            "(state = 'OPEN') = (ended_at IS NULL)", name=op.f("ck_offer_ended_has_instant")
        ),
        sa.CheckConstraint("amount > 0 AND amount < wanted", name=op.f("ck_offer_a_part")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_offer_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_offer_case_id_number")),
    )
    op.create_index("ix_offer_due", "offer", ["state", "due_on", "id"], unique=False)
    op.create_index("ix_offer_scheme", "offer", ["scheme", "state", "due_on", "id"], unique=False)
    op.create_index(
        "uq_offer_open",
        "offer",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state = 'OPEN'"),
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.create_table(
        "panel",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN",
                "CLOSED",
                name="panelstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_count", sa.BigInteger(), nullable=True),
        sa.Column("base_score", sa.BigInteger(), nullable=True),
        sa.Column("bonus_score", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column(
            "divergence",
            sa.Enum(
                "KEEP",
                "REDO",
                "EXCLUDE",
                name="divergence",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("divergence_reason", sa.Text(), nullable=False),
        sa.Column("divergence_by", sa.BigInteger(), nullable=True),
        sa.Column("excluded_sheet_id", sa.BigInteger(), nullable=True),
        sa.Column("proposed_divergence", sa.String(length=24), nullable=True),
        sa.Column("proposal_note", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "divergence IS NULL OR divergence_reason <> ''", name=op.f("ck_panel_divergence_reason")
        ),
        sa.CheckConstraint(
            "state <> 'CLOSED' OR (closed_at IS NOT NULL)", name=op.f("ck_panel_closed_has_instant")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_panel_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("case_id", name=op.f("uq_panel_case_id")),
    )
    op.create_table(
        "planned_checkpoint",
        sa.Column("subproject", sa.String(length=200), nullable=False),
        sa.Column("work_item", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("weight_bp", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_planned_checkpoint_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_checkpoint")),
    )
    op.create_index(
        op.f("ix_planned_checkpoint_case_id"), "planned_checkpoint", ["case_id"], unique=False
    )
    op.create_table(
        "recovery",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "SETTLEMENT",
                "TERMINATION",
                "ANNULMENT",
                "REVOCATION",
                name="recoverycause",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(
                "FALSE_DOCUMENTS",
                "PLAN_NOT_EXECUTED",
                "EVALUATION_WITHHELD",
                "DOUBLE_SUBSIDY",
                "DISSOLVED",
                "OTHER",
                "OVERPAID",
                "CONTRACT_ENDED",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PREPARED",
                "DEMANDED",
                "ENFORCEMENT",
                "RECOVERED",
                "WRITTEN_OFF",
                "MERGED",
                name="recoverystate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("disposed_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("legal_text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("demanded_by", sa.BigInteger(), nullable=True),
        sa.Column("demanded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repaid", sa.BigInteger(), nullable=False),
        sa.Column("final_on", sa.Date(), nullable=True),
        sa.Column("enforcement_number", sa.String(length=64), nullable=False),
        sa.Column("enforcement_on", sa.Date(), nullable=True),
        sa.Column("enforced_by", sa.BigInteger(), nullable=True),
        sa.Column("enforced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_off", sa.BigInteger(), nullable=False),
        sa.Column("write_off_number", sa.String(length=64), nullable=False),
        sa.Column("write_off_on", sa.Date(), nullable=True),
        sa.Column("write_off_reason", sa.Text(), nullable=False),
        sa.Column("written_off_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('PREPARED', 'MERGED') OR (number <> '' AND disposed_on IS NOT NULL AND due_on IS NOT NULL)",
            name=op.f("ck_recovery_demanded_in_writing"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_recovery_amount")),
        sa.CheckConstraint(
            "repaid + written_off <= amount", name=op.f("ck_recovery_never_more_than_demanded")
        ),
        sa.CheckConstraint("repaid >= 0 AND written_off >= 0", name=op.f("ck_recovery_parts")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_recovery_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
    )
    op.create_index("ix_recovery_case", "recovery", ["case_id", "id"], unique=False)
    op.create_index("ix_recovery_state", "recovery", ["state", "due_on", "id"], unique=False)
    op.create_table(
        "settlement",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("award", sa.BigInteger(), nullable=False),
        sa.Column("award_total", sa.BigInteger(), nullable=False),
        sa.Column("recognised", sa.BigInteger(), nullable=False),
        sa.Column("recognised_grant", sa.BigInteger(), nullable=False),
        sa.Column("final", sa.BigInteger(), nullable=False),
        sa.Column("paid_before", sa.BigInteger(), nullable=False),
        sa.Column("tranche2", sa.BigInteger(), nullable=False),
        sa.Column("clawback", sa.BigInteger(), nullable=False),
        sa.Column("lapsed", sa.BigInteger(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("final >= 0", name=op.f("ck_settlement_final")),
        sa.CheckConstraint(
            "tranche2 = 0 OR clawback = 0", name=op.f("ck_settlement_pay_or_claw_back")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_settlement_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("case_id", name=op.f("uq_settlement_case_id")),
    )
    op.create_table(
        "spending_line",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("invoice_number", sa.String(length=64), nullable=False),
        sa.Column("invoice_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("vendor", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "accepted OR refusal <> ''", name=op.f("ck_spending_line_refused_with_reason")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_spending_line_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_spending_line_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spending_line")),
    )
    op.create_index("ix_spending_line_case", "spending_line", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_spending_line_invoice", "spending_line", ["invoice_number", "id"], unique=False
    )
    op.create_index(
        "uq_spending_line_recognised",
        "spending_line",
        ["invoice_number"],
        unique=True,
        sqlite_where=sa.text("accepted AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("accepted AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "stage_review",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "MIDTERM",
                "CLOSING",
                name="reviewstage",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("report_letter", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "PASS",
                "CORRECT",
                "FAIL",
                name="stageresult",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("achieved_bp", sa.BigInteger(), nullable=True),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("letter_number", sa.String(length=64), nullable=False),
        sa.Column("concluded_by", sa.BigInteger(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("correct_by", sa.Date(), nullable=True),
        sa.Column("late_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_stage_review_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_review")),
        sa.UniqueConstraint(
            "case_id", "stage", "round", name=op.f("uq_stage_review_case_id_stage_round")
        ),
    )
    op.create_table(
        "trainee",
        sa.Column("course", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("employer_ubn", sa.String(length=8), nullable=False),
        sa.Column("employed", sa.Boolean(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_trainee_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainee")),
    )
    op.create_index(op.f("ix_trainee_case_id"), "trainee", ["case_id"], unique=False)
    op.create_table(
        "tranche",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PLANNED",
                "CLAIMABLE",
                "CLAIMED",
                "VERIFIED",
                "SHEETED",
                "SENT",
                "PAID",
                "VOID",
                "RECOVERY",
                "ENFORCEMENT",
                "RECOVERED",
                "WRITTEN_OFF",
                "CANCELLED",
                name="tranchestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("hold_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_tranche_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_tranche_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tranche")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_tranche_case_id_number")),
    )
    op.create_index("ix_tranche_state", "tranche", ["state", "scheme", "id"], unique=False)
    op.create_table(
        "waiting_place",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complete_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_number", sa.String(length=64), nullable=False),
        sa.Column("wanted", sa.BigInteger(), nullable=False),
        sa.Column("total_budget", sa.BigInteger(), nullable=False),
        sa.Column("declined", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "declined >= 0 AND declined < wanted", name=op.f("ck_waiting_place_declined_a_part")
        ),
        sa.CheckConstraint("wanted > 0", name=op.f("ck_waiting_place_wants_something")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_waiting_place_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_place")),
        sa.UniqueConstraint("case_id", name=op.f("uq_waiting_place_case_id")),
    )
    op.create_index(
        "uq_waiting_place_order",
        "waiting_place",
        ["scheme", "decided_at", "complete_at", "received_at", "case_number"],
        unique=True,
    )
    op.create_table(
        "assignment",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("panel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reviewer_name", sa.String(length=120), nullable=False),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ASSIGNED",
                "DECLARED",
                "RECUSED",
                "DECLINED",
                "REPLACED",
                name="assignmentstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ground", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('RECUSED', 'DECLINED', 'REPLACED') OR ended_at IS NOT NULL",
            name=op.f("ck_assignment_ended_has_instant"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_assignment_case_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_assignment_panel_id")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_assignment_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "case_id", "reviewer_id", name=op.f("uq_assignment_case_id_reviewer_id")
        ),
    )
    op.create_index(
        "ix_assignment_reviewer",
        "assignment",
        ["reviewer_id", "state", "due_on", "id"],
        unique=False,
    )
    op.create_table(
        "claim",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "tranche_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("receipt_number", sa.String(length=64), nullable=False),
        sa.Column("receipt_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("letter_number", sa.String(length=64), nullable=False),
        sa.Column("receipt_document_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_claim_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["firm_account.id"], name=op.f("fk_claim_account_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_claim_case_id")),
        sa.ForeignKeyConstraint(["tranche_id"], ["tranche.id"], name=op.f("fk_claim_tranche_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_case_id"), "claim", ["case_id"], unique=False)
    op.create_index(
        "uq_claim_live",
        "claim",
        ["tranche_id"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
    op.create_table(
        "recovery_share",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "recovery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tranche_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_recovery_share_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_recovery_share_case_id")),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_share_recovery_id")
        ),
        sa.ForeignKeyConstraint(
            ["tranche_id"], ["tranche.id"], name=op.f("fk_recovery_share_tranche_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_share")),
        sa.UniqueConstraint(
            "recovery_id", "tranche_id", name=op.f("uq_recovery_share_recovery_id_tranche_id")
        ),
    )
    op.create_index(
        "ix_recovery_share_tranche", "recovery_share", ["tranche_id", "id"], unique=False
    )
    op.create_table(
        "repayment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "recovery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("receipt_number", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("to_budget", sa.BigInteger(), nullable=False),
        sa.Column("to_treasury", sa.BigInteger(), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_repayment_amount")),
        sa.CheckConstraint("to_budget + to_treasury = amount", name=op.f("ck_repayment_whole")),
        sa.CheckConstraint("to_budget >= 0 AND to_treasury >= 0", name=op.f("ck_repayment_parts")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_repayment_case_id")),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recovery.id"], name=op.f("fk_repayment_recovery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment")),
        sa.UniqueConstraint("receipt_number", name=op.f("uq_repayment_receipt_number")),
    )
    op.create_index("ix_repayment_case", "repayment", ["case_id", "id"], unique=False)
    op.create_index("ix_repayment_recovery", "repayment", ["recovery_id", "id"], unique=False)
    op.create_table(
        "score_sheet",
        sa.Column(
            "assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "SUBMITTED",
                "WITHDRAWN",
                "SUPERSEDED",
                "VOID",
                name="scoresheetstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'SUBMITTED' OR (submitted_at IS NOT NULL AND payload_sha256 <> '')",
            name=op.f("ck_score_sheet_submitted_is_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_score_sheet_assignment_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_score_sheet_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheet")),
        sa.UniqueConstraint(
            "assignment_id", "number", name=op.f("uq_score_sheet_assignment_id_number")
        ),
    )
    op.create_index("ix_score_sheet_case", "score_sheet", ["case_id", "reviewer_id"], unique=False)
    op.create_index(
        "uq_score_sheet_current",
        "score_sheet",
        ["assignment_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "sheet_line",
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column(
            "tranche_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "LIVE",
                "SENT",
                "PAID",
                "RETURNED",
                "VOIDED",
                name="linestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'PAID' OR settled_on IS NOT NULL",
            name=op.f("ck_sheet_line_paid_has_bank_date"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_sheet_line_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_sheet_line_case_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_sheet_line_claim_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_line_sheet_id")),
        sa.ForeignKeyConstraint(
            ["tranche_id"], ["tranche.id"], name=op.f("fk_sheet_line_tranche_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_line")),
        sa.UniqueConstraint("sheet_id", "position", name=op.f("uq_sheet_line_sheet_id_position")),
    )
    op.create_index("ix_sheet_line_case", "sheet_line", ["case_id", "id"], unique=False)
    op.create_index(
        "uq_sheet_line_live",
        "sheet_line",
        ["tranche_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('LIVE', 'SENT', 'PAID')"),
        postgresql_where=sa.text("state IN ('LIVE', 'SENT', 'PAID')"),
    )
    op.create_table(
        "stage_opinion",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "MIDTERM",
                "CLOSING",
                name="reviewstage",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "PASS",
                "CORRECT",
                "FAIL",
                name="opinionresult",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(result IS NULL) = (given_at IS NULL)", name=op.f("ck_stage_opinion_given_is_whole")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_stage_opinion_assignment_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_stage_opinion_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_opinion")),
        sa.UniqueConstraint(
            "assignment_id",
            "stage",
            "round",
            name=op.f("uq_stage_opinion_assignment_id_stage_round"),
        ),
    )
    op.create_index(
        "ix_stage_opinion_case", "stage_opinion", ["case_id", "stage", "round", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_stage_opinion_case", table_name="stage_opinion")
    op.drop_table("stage_opinion")
    op.drop_index(
        "uq_sheet_line_live",
        table_name="sheet_line",
        sqlite_where=sa.text("state IN ('LIVE', 'SENT', 'PAID')"),
        postgresql_where=sa.text("state IN ('LIVE', 'SENT', 'PAID')"),
    )
    op.drop_index("ix_sheet_line_case", table_name="sheet_line")
    op.drop_table("sheet_line")
    op.drop_index(
        "uq_score_sheet_current",
        table_name="score_sheet",
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.drop_index("ix_score_sheet_case", table_name="score_sheet")
    op.drop_table("score_sheet")
    op.drop_index("ix_repayment_recovery", table_name="repayment")
    op.drop_index("ix_repayment_case", table_name="repayment")
    op.drop_table("repayment")
    op.drop_index("ix_recovery_share_tranche", table_name="recovery_share")
    op.drop_table("recovery_share")
    op.drop_index(
        "uq_claim_live",
        table_name="claim",
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
    op.drop_index(op.f("ix_claim_case_id"), table_name="claim")
    op.drop_table("claim")
    op.drop_index("ix_assignment_reviewer", table_name="assignment")
    op.drop_table("assignment")
    op.drop_index("uq_waiting_place_order", table_name="waiting_place")
    op.drop_table("waiting_place")
    op.drop_index("ix_tranche_state", table_name="tranche")
    op.drop_table("tranche")
    op.drop_index(op.f("ix_trainee_case_id"), table_name="trainee")
    op.drop_table("trainee")
    op.drop_table("stage_review")
    op.drop_index(
        "uq_spending_line_recognised",
        table_name="spending_line",
        sqlite_where=sa.text("accepted AND withdrawn_at IS NULL"),
        postgresql_where=sa.text("accepted AND withdrawn_at IS NULL"),
    )
    op.drop_index("ix_spending_line_invoice", table_name="spending_line")
    op.drop_index("ix_spending_line_case", table_name="spending_line")
    op.drop_table("spending_line")
    op.drop_table("settlement")
    op.drop_index("ix_recovery_state", table_name="recovery")
    op.drop_index("ix_recovery_case", table_name="recovery")
    op.drop_table("recovery")
    op.drop_index(op.f("ix_planned_checkpoint_case_id"), table_name="planned_checkpoint")
    op.drop_table("planned_checkpoint")
    op.drop_table("panel")
    op.drop_index(
        "uq_offer_open",
        table_name="offer",
        sqlite_where=sa.text("state = 'OPEN'"),
        postgresql_where=sa.text("state = 'OPEN'"),
    )
    op.drop_index("ix_offer_scheme", table_name="offer")
    op.drop_index("ix_offer_due", table_name="offer")
    op.drop_table("offer")
    op.drop_index(op.f("ix_member_ubn"), table_name="member")
    op.drop_index(op.f("ix_member_case_id"), table_name="member")
    op.drop_table("member")
    op.drop_index(op.f("ix_loan_case_id"), table_name="loan")
    op.drop_table("loan")
    op.drop_index(op.f("ix_finding_case_id"), table_name="finding")
    op.drop_table("finding")
    op.drop_index(op.f("ix_fee_paid_case_id"), table_name="fee_paid")
    op.drop_table("fee_paid")
    op.drop_index(op.f("ix_equipment_case_id"), table_name="equipment")
    op.drop_table("equipment")
    op.drop_index(
        "uq_ending_proposed",
        table_name="ending",
        sqlite_where=sa.text("state = 'PROPOSED'"),
        postgresql_where=sa.text("state = 'PROPOSED'"),
    )
    op.drop_index("ix_ending_state", table_name="ending")
    op.drop_index("ix_ending_case", table_name="ending")
    op.drop_table("ending")
    op.drop_index("ix_decision_case", table_name="decision")
    op.drop_table("decision")
    op.drop_table("contract")
    op.drop_index(
        "uq_consortium_member_live",
        table_name="consortium_member",
        sqlite_where=sa.text("left_on IS NULL"),
        postgresql_where=sa.text("left_on IS NULL"),
    )
    op.drop_index("ix_consortium_member_case", table_name="consortium_member")
    op.drop_table("consortium_member")
    op.drop_index("ix_checkpoint_due", table_name="checkpoint")
    op.drop_table("checkpoint")
    op.drop_index(op.f("ix_case_note_case_id"), table_name="case_note")
    op.drop_table("case_note")
    op.drop_index("ix_carry_over_year", table_name="carry_over")
    op.drop_table("carry_over")
    op.drop_index(op.f("ix_budget_line_case_id"), table_name="budget_line")
    op.drop_table("budget_line")
    op.drop_table("bonus")
    op.drop_index(op.f("ix_benefit_case_id"), table_name="benefit")
    op.drop_table("benefit")
    op.drop_table("approved_line")
    op.drop_table("achieved_target")
    op.drop_index("ix_sign_in_session_account", table_name="sign_in_session")
    op.drop_table("sign_in_session")
    op.drop_index(op.f("ix_password_history_account_id"), table_name="password_history")
    op.drop_table("password_history")
    op.drop_index("ix_ledger_transfer_target", table_name="ledger_transfer")
    op.drop_index("ix_ledger_transfer_source", table_name="ledger_transfer")
    op.drop_index("ix_ledger_transfer_case", table_name="ledger_transfer")
    op.drop_index("ix_ledger_transfer_at", table_name="ledger_transfer")
    op.drop_table("ledger_transfer")
    op.drop_index(op.f("ix_invitation_account_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index("ix_import_detail_page", table_name="import_detail")
    op.drop_table("import_detail")
    op.drop_index(op.f("ix_employment_ubn"), table_name="employment")
    op.drop_index(op.f("ix_employment_account_id"), table_name="employment")
    op.drop_table("employment")
    op.drop_index("ix_case_ubn", table_name="case")
    op.drop_index("ix_case_turn", table_name="case")
    op.drop_index("ix_case_state", table_name="case")
    op.drop_index("ix_case_since", table_name="case")
    op.drop_index("ix_case_scheme_state", table_name="case")
    op.drop_index("ix_case_scheme_since", table_name="case")
    op.drop_index("ix_case_scheme", table_name="case")
    op.drop_index("ix_case_pile_scheme", table_name="case")
    op.drop_index("ix_case_pile", table_name="case")
    op.drop_index("ix_case_firm", table_name="case")
    op.drop_index("ix_case_due_scheme", table_name="case")
    op.drop_index("ix_case_due", table_name="case")
    op.drop_table("case")
    op.drop_table("worker_round")
    op.drop_table("window_closure")
    op.drop_table("sheet_counter")
    op.drop_index("ix_sheet_state", table_name="sheet")
    op.drop_table("sheet")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_ledger_account_scheme"), table_name="ledger_account")
    op.drop_table("ledger_account")
    op.drop_table("installation")
    op.drop_index(op.f("ix_import_file_sha256"), table_name="import")
    op.drop_index(op.f("ix_import_cells_sha256"), table_name="import")
    op.drop_table("import")
    op.drop_index("ix_firm_account_ubn", table_name="firm_account")
    op.drop_table("firm_account")
    op.drop_table("document_content")
    op.drop_index(op.f("ix_document_sha256"), table_name="document")
    op.drop_index(op.f("ix_document_case_id"), table_name="document")
    op.drop_table("document")
    op.drop_index("ix_blocked_firm_ubn", table_name="blocked_firm")
    op.drop_table("blocked_firm")
    op.drop_index(op.f("ix_backup_taken_taken_at"), table_name="backup_taken")
    op.drop_table("backup_taken")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index("ix_audit_entry_case", table_name="audit_entry")
    op.drop_index("ix_audit_entry_actor", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("act_key")
    op.drop_table("account_review")
    op.drop_table("account")
