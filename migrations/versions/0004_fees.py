"""The tables of the fee book."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "fee_statement",
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PREVIEWED",
                "CONFIRMED",
                "DISCARDED",
                name="statementstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(length=120), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_statement")),
    )
    op.create_index("ix_fee_statement_file", "fee_statement", ["file_sha256", "id"], unique=False)
    op.create_table(
        "fee_advertising",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("medium", sa.String(length=200), nullable=False),
        sa.Column("invoice_number", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_fee_advertising_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_fee_advertising_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_advertising")),
        sa.UniqueConstraint(
            "case_id", "invoice_number", name=op.f("uq_fee_advertising_case_id_invoice_number")
        ),
    )
    op.create_table(
        "fee_line",
        sa.Column("statement_id", KEY, nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("transaction_number", sa.String(length=64), nullable=False),
        sa.Column("value_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payer", sa.String(length=200), nullable=False),
        sa.Column("ubn", sa.String(length=20), nullable=False),
        sa.Column("case_number", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "FULL",
                "COMPLETING",
                "SHORT",
                "OVER",
                "LATE",
                "DOUBLE",
                "UNKNOWN",
                "BOOKED",
                "CLASH",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "BOOKED",
                "OPEN",
                "MATCHED",
                "SAME",
                "REFUNDED",
                name="linestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("payment_id", KEY, nullable=True),
        sa.Column("note_left", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_by_name", sa.String(length=120), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('BOOKED', 'MATCHED', 'SAME') OR (case_id IS NOT NULL AND payment_id IS NOT NULL)",
            name=op.f("ck_fee_line_somebodys"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('MATCHED', 'SAME') OR note_left <> ''",
            name=op.f("ck_fee_line_explained"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_fee_line_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_fee_line_case_id")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["fee_paid.id"], name=op.f("fk_fee_line_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["fee_statement.id"], name=op.f("fk_fee_line_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_line")),
        sa.UniqueConstraint("transaction_number", name=op.f("uq_fee_line_transaction_number")),
    )
    op.create_index("ix_fee_line_case", "fee_line", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_fee_line_state", "fee_line", ["state", "scheme", "value_at", "id"], unique=False
    )
    op.create_index("ix_fee_line_statement", "fee_line", ["statement_id", "row"], unique=False)
    op.create_table(
        "fee_slip",
        sa.Column("id", KEY, nullable=False),
        sa.Column("payment_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_fee_slip_case_id")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["fee_paid.id"], name=op.f("fk_fee_slip_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_slip")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_fee_slip_payment_id")),
    )
    op.create_index("ix_fee_slip_case", "fee_slip", ["case_id", "id"], unique=False)
    op.create_table(
        "fee_refund",
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("line_id", KEY, nullable=True),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "EXCESS",
                "NO_PLACE",
                "NOT_ELIGIBLE",
                "BEFORE_SERVICE",
                "AFTER_SERVICE",
                "UNKNOWN_PAYER",
                name="refundground",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "MADE",
                "APPROVED",
                "PAID",
                "RETURNED",
                name="refundstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("deducted", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("payee", sa.String(length=200), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_by_name", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_by_name", sa.String(length=120), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_by", sa.BigInteger(), nullable=True),
        sa.Column("returned_by_name", sa.String(length=120), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("paid_by", sa.BigInteger(), nullable=True),
        sa.Column("paid_by_name", sa.String(length=120), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("bank_reference", sa.String(length=64), nullable=True),
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('APPROVED', 'PAID')) = (approved_by IS NOT NULL)",
            name=op.f("ck_fee_refund_approved"),
        ),
        sa.CheckConstraint(
            "state <> 'PAID' OR (approved_by IS NOT NULL AND paid_by IS NOT NULL AND paid_on IS NOT NULL AND bank_reference IS NOT NULL)",
            name=op.f("ck_fee_refund_paid_with_reference"),
        ),
        sa.CheckConstraint(
            "(case_id IS NULL) <> (line_id IS NULL)", name=op.f("ck_fee_refund_of_one")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_fee_refund_amount")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> made_by",
            name=op.f("ck_fee_refund_approved_by_another"),
        ),
        sa.CheckConstraint("deducted >= 0", name=op.f("ck_fee_refund_deducted")),
        sa.CheckConstraint(
            "paid_by IS NULL OR paid_by <> made_by", name=op.f("ck_fee_refund_paid_by_another")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_fee_refund_case_id")),
        sa.ForeignKeyConstraint(["line_id"], ["fee_line.id"], name=op.f("fk_fee_refund_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_refund")),
        sa.UniqueConstraint("bank_reference", name=op.f("uq_fee_refund_bank_reference")),
    )
    op.create_index("ix_fee_refund_case", "fee_refund", ["case_id", "id"], unique=False)
    op.create_index("ix_fee_refund_line", "fee_refund", ["line_id", "id"], unique=False)
    op.create_index("ix_fee_refund_state", "fee_refund", ["state", "due_on", "id"], unique=False)
    op.create_index(
        "uq_fee_refund_open_case",
        "fee_refund",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('MADE', 'APPROVED')"),
        postgresql_where=sa.text("state IN ('MADE', 'APPROVED')"),
    )
    op.create_index(
        "uq_fee_refund_open_line",
        "fee_refund",
        ["line_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('MADE', 'APPROVED')"),
        postgresql_where=sa.text("state IN ('MADE', 'APPROVED')"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_fee_refund_open_line",
        table_name="fee_refund",
        sqlite_where=sa.text("state IN ('MADE', 'APPROVED')"),
        postgresql_where=sa.text("state IN ('MADE', 'APPROVED')"),
    )
    op.drop_index(
        "uq_fee_refund_open_case",
        table_name="fee_refund",
        sqlite_where=sa.text("state IN ('MADE', 'APPROVED')"),
        postgresql_where=sa.text("state IN ('MADE', 'APPROVED')"),
    )
    op.drop_index("ix_fee_refund_state", table_name="fee_refund")
    op.drop_index("ix_fee_refund_line", table_name="fee_refund")
    op.drop_index("ix_fee_refund_case", table_name="fee_refund")
    op.drop_table("fee_refund")
    op.drop_index("ix_fee_slip_case", table_name="fee_slip")
    op.drop_table("fee_slip")
    op.drop_index("ix_fee_line_statement", table_name="fee_line")
    op.drop_index("ix_fee_line_state", table_name="fee_line")
    op.drop_index("ix_fee_line_case", table_name="fee_line")
    op.drop_table("fee_line")
    op.drop_table("fee_advertising")
    op.drop_index("ix_fee_statement_file", table_name="fee_statement")
    op.drop_table("fee_statement")
