"""The tables of payment files and the bank's answer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_desk()
    _make_answers()


def downgrade() -> None:
    _drop_answers()
    _drop_desk()


def _make_desk() -> None:
    op.create_table(
        "sheet_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "EXCLUDED",
                "ACCOUNT",
                name="linechange",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "replaced_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("total_before", sa.BigInteger(), nullable=False),
        sa.Column("total_after", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.Column("changed_by_name", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_sheet_change_reason")),
        sa.CheckConstraint("total_after >= 0", name=op.f("ck_sheet_change_total")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_sheet_change_case_id")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["sheet_line.id"], name=op.f("fk_sheet_change_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["sheet_line.id"], name=op.f("fk_sheet_change_replaced_by_id")
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_change_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_change")),
        sa.UniqueConstraint("line_id", name=op.f("uq_sheet_change_line_id")),
    )
    op.create_index("ix_sheet_change_sheet", "sheet_change", ["sheet_id", "id"], unique=False)
    op.create_table(
        "sheet_voided_approval",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "step",
            sa.Enum(
                "MAKE",
                "CHECK",
                "APPROVE",
                "SEND",
                "SETTLE",
                name="rung",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("person_name", sa.String(length=120), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["sheet_change.id"], name=op.f("fk_sheet_voided_approval_change_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_voided_approval_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_voided_approval")),
        sa.UniqueConstraint(
            "change_id", "step", name=op.f("uq_sheet_voided_approval_change_id_step")
        ),
    )
    op.create_index(
        "ix_sheet_voided_approval_sheet", "sheet_voided_approval", ["sheet_id", "id"], unique=False
    )
    op.create_table(
        "line_query",
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=120), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL OR answer <> '')",
            name=op.f("ck_line_query_answered_in_words"),
        ),
        sa.CheckConstraint("note <> ''", name=op.f("ck_line_query_note")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_line_query_case_id")),
        sa.ForeignKeyConstraint(["line_id"], ["sheet_line.id"], name=op.f("fk_line_query_line_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"], name=op.f("fk_line_query_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_query")),
    )
    op.create_index("ix_line_query_sheet", "line_query", ["sheet_id", "id"], unique=False)
    op.create_index(
        "uq_line_query_open",
        "line_query",
        ["line_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "sheet_payment_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sheet_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=False),
        sa.Column("is_assumed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_sheet_payment_file_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["sheet.id"], name=op.f("fk_sheet_payment_file_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_payment_file")),
        sa.UniqueConstraint("sheet_id", "round", name=op.f("uq_sheet_payment_file_sheet_id_round")),
    )


def _drop_desk() -> None:
    op.drop_table("sheet_payment_file")
    op.drop_index(
        "uq_line_query_open",
        table_name="line_query",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_index("ix_line_query_sheet", table_name="line_query")
    op.drop_table("line_query")
    op.drop_index("ix_sheet_voided_approval_sheet", table_name="sheet_voided_approval")
    op.drop_table("sheet_voided_approval")
    op.drop_index("ix_sheet_change_sheet", table_name="sheet_change")
    op.drop_table("sheet_change")


def _make_answers() -> None:
    op.create_index("ix_sheet_line_settled", "sheet_line", ["settled_on", "id"], unique=False)
    op.create_table(
        "bank_answer",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "form",
            sa.Enum(
                "ACHR01",
                "WORKBOOK",
                "CSV",
                name="answerform",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "READ",
                "CONFIRMED",
                "SET_ASIDE",
                name="answerstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("paid_total", sa.BigInteger(), nullable=False),
        sa.Column("returned_total", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("loaded_by", sa.BigInteger(), nullable=False),
        sa.Column("loaded_by_name", sa.String(length=120), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=120), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'CONFIRMED' OR confirmed_by IS NOT NULL",
            name=op.f("ck_bank_answer_confirmed"),
        ),
        sa.CheckConstraint("row_count > 0", name=op.f("ck_bank_answer_row_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_answer")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_answer_sha256")),
    )
    op.create_index("ix_bank_answer_content", "bank_answer", ["content_sha256"], unique=False)
    op.create_index("ix_bank_answer_state", "bank_answer", ["state", "id"], unique=False)
    op.create_table(
        "day_close",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("paid_rows", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("returned_rows", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("ledger_paid", sa.BigInteger(), nullable=False),
        sa.Column("ledger_returned", sa.BigInteger(), nullable=False),
        sa.Column("bank_paid", sa.BigInteger(), nullable=False),
        sa.Column("bank_returned", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("closed_by", sa.BigInteger(), nullable=False),
        sa.Column("closed_by_name", sa.String(length=120), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "paid = ledger_paid AND paid = bank_paid AND returned = ledger_returned AND returned = bank_returned",
            name=op.f("ck_day_close_agrees"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_close")),
        sa.UniqueConstraint("day", name=op.f("uq_day_close_day")),
    )
    op.create_table(
        "bank_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("sheet_number", sa.String(length=200), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("case_number", sa.String(length=200), nullable=False),
        sa.Column("payee", sa.String(length=200), nullable=False),
        sa.Column("ubn", sa.String(length=8), nullable=False),
        sa.Column("bank", sa.String(length=7), nullable=False),
        sa.Column("account", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "SEND",
                "PAY",
                "RETURN",
                "VOID",
                name="lineevent",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bank_line_amount")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["bank_answer.id"], name=op.f("fk_bank_line_answer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("answer_id", "row", name=op.f("uq_bank_line_answer_id_row")),
    )
    op.create_table(
        "repayment_reversal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "repayment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "recovery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("to_budget", sa.BigInteger(), nullable=False),
        sa.Column("to_treasury", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reversed_by", sa.BigInteger(), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_repayment_reversal_reason")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_repayment_reversal_amount")),
        sa.CheckConstraint(
            "to_budget + to_treasury = amount", name=op.f("ck_repayment_reversal_whole")
        ),
        sa.CheckConstraint(
            "to_budget >= 0 AND to_treasury >= 0", name=op.f("ck_repayment_reversal_parts")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_repayment_reversal_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recovery.id"], name=op.f("fk_repayment_reversal_recovery_id")
        ),
        sa.ForeignKeyConstraint(
            ["repayment_id"], ["repayment.id"], name=op.f("fk_repayment_reversal_repayment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment_reversal")),
        sa.UniqueConstraint("repayment_id", name=op.f("uq_repayment_reversal_repayment_id")),
    )
    op.create_index(
        "ix_repayment_reversal_case", "repayment_reversal", ["case_id", "id"], unique=False
    )
    op.create_index(
        "ix_repayment_reversal_recovery", "repayment_reversal", ["recovery_id", "id"], unique=False
    )
    op.create_table(
        "bank_item",
        sa.Column("answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "bank_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "sheet_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "bank_class",
            sa.Enum(
                "PAID",
                "RETURNED",
                "PART",
                "WRONG_AMOUNT",
                "SPLIT",
                "DOUBLE",
                "MISSING",
                "UNKNOWN",
                "LATE",
                "RENAMED",
                name="bankclass",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN",
                "RESOLVED",
                name="itemstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "resolution",
            sa.Enum(
                "APPLIED",
                "PAID",
                "RETURNED",
                "AGREED",
                "GIVEN_BACK",
                "ANSWERED",
                name="resolution",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column(
            "counted_as",
            sa.Enum(
                "SEND",
                "PAY",
                "RETURN",
                "VOID",
                name="lineevent",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("resolved_by", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by_name", sa.String(length=120), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'OPEN') = (resolution IS NULL) AND (state = 'OPEN') = (resolved_by IS NULL)",
            name=op.f("ck_bank_item_resolved"),
        ),
        sa.CheckConstraint(
            "state = 'OPEN' OR resolution IN ('APPLIED', 'ANSWERED') OR note <> ''",
            name=op.f("ck_bank_item_note"),
        ),
        sa.CheckConstraint("amount > 0 AND counted >= 0", name=op.f("ck_bank_item_amount")),
        sa.CheckConstraint(
            "bank_line_id IS NOT NULL OR sheet_line_id IS NOT NULL", name=op.f("ck_bank_item_about")
        ),
        sa.CheckConstraint(
            "counted = 0 OR (counted_as IS NOT NULL AND counted_on IS NOT NULL AND sheet_line_id IS NOT NULL)",
            name=op.f("ck_bank_item_counted"),
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["bank_answer.id"], name=op.f("fk_bank_item_answer_id")
        ),
        sa.ForeignKeyConstraint(
            ["bank_line_id"], ["bank_line.id"], name=op.f("fk_bank_item_bank_line_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_bank_item_case_id")),
        sa.ForeignKeyConstraint(
            ["sheet_line_id"], ["sheet_line.id"], name=op.f("fk_bank_item_sheet_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_item")),
        sa.UniqueConstraint("bank_line_id", name=op.f("uq_bank_item_bank_line_id")),
    )
    op.create_index("ix_bank_item_answer", "bank_item", ["answer_id", "id"], unique=False)
    op.create_index("ix_bank_item_counted", "bank_item", ["counted_on", "id"], unique=False)
    op.create_index("ix_bank_item_line", "bank_item", ["sheet_line_id", "id"], unique=False)
    op.create_index("ix_bank_item_state", "bank_item", ["state", "day", "id"], unique=False)
    op.create_index(
        "uq_bank_item_missing",
        "bank_item",
        ["sheet_line_id"],
        unique=True,
        sqlite_where=sa.text("bank_class = 'MISSING' AND state = 'OPEN'"),
        postgresql_where=sa.text("bank_class = 'MISSING' AND state = 'OPEN'"),
    )


def _drop_answers() -> None:
    op.drop_index("ix_sheet_line_settled", table_name="sheet_line")
    op.drop_index(
        "uq_bank_item_missing",
        table_name="bank_item",
        sqlite_where=sa.text("bank_class = 'MISSING' AND state = 'OPEN'"),
        postgresql_where=sa.text("bank_class = 'MISSING' AND state = 'OPEN'"),
    )
    op.drop_index("ix_bank_item_state", table_name="bank_item")
    op.drop_index("ix_bank_item_line", table_name="bank_item")
    op.drop_index("ix_bank_item_counted", table_name="bank_item")
    op.drop_index("ix_bank_item_answer", table_name="bank_item")
    op.drop_table("bank_item")
    op.drop_index("ix_repayment_reversal_recovery", table_name="repayment_reversal")
    op.drop_index("ix_repayment_reversal_case", table_name="repayment_reversal")
    op.drop_table("repayment_reversal")
    op.drop_table("bank_line")
    op.drop_table("day_close")
    op.drop_index("ix_bank_answer_state", table_name="bank_answer")
    op.drop_index("ix_bank_answer_content", table_name="bank_answer")
    op.drop_table("bank_answer")
