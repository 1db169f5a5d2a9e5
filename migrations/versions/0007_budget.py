"""The tables of budget periods."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allotment_period",
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.BigInteger(), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_allotment_period_month")),
        sa.CheckConstraint("planned >= 0", name=op.f("ck_allotment_period_planned")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allotment_period")),
        sa.UniqueConstraint(
            "scheme", "year", "month", name=op.f("uq_allotment_period_scheme_year_month")
        ),
    )
    op.create_index(
        "ix_allotment_period_due",
        "allotment_period",
        ["released_at", "year", "month"],
        unique=False,
    )
    op.create_table(
        "allotment_year",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn", sa.BigInteger(), nullable=False),
        sa.Column("turned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("withdrawn >= 0", name=op.f("ck_allotment_year_withdrawn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allotment_year")),
        sa.UniqueConstraint("scheme", "year", name=op.f("uq_allotment_year_scheme_year")),
    )
    op.create_table(
        "books_check",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_count", sa.BigInteger(), nullable=False),
        sa.Column("unequal_count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_check")),
    )
    op.create_table(
        "budget_closing",
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PROPOSED",
                "APPROVED",
                "RETURNED",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("appropriation", sa.BigInteger(), nullable=False),
        sa.Column("realised", sa.BigInteger(), nullable=False),
        sa.Column("payable", sa.BigInteger(), nullable=False),
        sa.Column("carried", sa.BigInteger(), nullable=False),
        sa.Column("lapsed", sa.BigInteger(), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by_name", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'APPROVED' OR appropriation = realised + payable + carried + lapsed",
            name=op.f("ck_budget_closing_whole"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by",
            name=op.f("ck_budget_closing_two_persons"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_closing")),
    )
    op.create_index(
        "uq_budget_closing_live",
        "budget_closing",
        ["scheme", "year"],
        unique=True,
        sqlite_where=sa.text("state <> 'RETURNED'"),
        postgresql_where=sa.text("state <> 'RETURNED'"),
    )
    op.create_table(
        "budget_shift",
        sa.Column(
            "kind",
            sa.Enum(
                "TRANSFER",
                "REDUCTION",
                name="shiftkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("source_scheme", sa.String(length=16), nullable=False),
        sa.Column("target_scheme", sa.String(length=16), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PROPOSED",
                "APPROVED",
                "RETURNED",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_by_name", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'TRANSFER') = (target_scheme IS NOT NULL)",
            name=op.f("ck_budget_shift_transfer_has_target"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_budget_shift_amount")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by",
            name=op.f("ck_budget_shift_two_persons"),
        ),
        sa.CheckConstraint(
            "target_scheme <> source_scheme", name=op.f("ck_budget_shift_two_schemes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_shift")),
    )
    op.create_index("ix_budget_shift_state", "budget_shift", ["state", "id"], unique=False)
    op.add_column(
        "ledger_account", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_ledger_transfer_source_at",
        "ledger_transfer",
        ["source_id", "at", "quantity"],
        unique=False,
    )
    op.create_index(
        "ix_ledger_transfer_target_at",
        "ledger_transfer",
        ["target_id", "at", "quantity"],
        unique=False,
    )
    # The board's own record.
    op.create_table(
        "board_day",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sheets", sa.BigInteger(), nullable=False),
        sa.Column("sheets_total", sa.BigInteger(), nullable=False),
        sa.Column("scored", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("in_line", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_day")),
        sa.UniqueConstraint("kept_on", name=op.f("uq_board_day_kept_on")),
    )
    op.create_table(
        "board_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("has_money", sa.Boolean(), nullable=False),
        sa.Column("appropriation", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("outstanding", sa.BigInteger(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column("carried", sa.BigInteger(), nullable=False),
        sa.Column("seats_total", sa.BigInteger(), nullable=True),
        sa.Column("seats_used", sa.BigInteger(), nullable=True),
        sa.Column("undecided", sa.BigInteger(), nullable=False),
        sa.Column("wait_halves", sa.BigInteger(), nullable=True),
        sa.Column("in_line", sa.BigInteger(), nullable=False),
        sa.Column("offered", sa.BigInteger(), nullable=False),
        sa.Column("running", sa.BigInteger(), nullable=False),
        sa.Column("weeks_seen", sa.BigInteger(), nullable=False),
        sa.Column("low_on", sa.Date(), nullable=True),
        sa.Column("middle_on", sa.Date(), nullable=True),
        sa.Column("high_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("lasts_bp", sa.Integer(), nullable=True),
        sa.Column(
            "binds",
            sa.Enum(
                "money",
                "seats",
                name="binding",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("binds_bp", sa.Integer(), nullable=True),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("tested", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("held <= tested", name=op.f("ck_board_record_held")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_record")),
        sa.UniqueConstraint("kept_on", "scheme", name=op.f("uq_board_record_kept_on_scheme")),
    )
    op.create_table(
        "day_flow",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("flowed_on", sa.Date(), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("awarded_count", sa.BigInteger(), nullable=False),
        sa.Column("awarded", sa.BigInteger(), nullable=False),
        sa.Column("paid_count", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_flow")),
        sa.UniqueConstraint("flowed_on", "scheme", name=op.f("uq_day_flow_flowed_on_scheme")),
    )


def downgrade() -> None:
    op.drop_table("day_flow")
    op.drop_table("board_record")
    op.drop_table("board_day")
    op.drop_index("ix_ledger_transfer_target_at", table_name="ledger_transfer")
    op.drop_index("ix_ledger_transfer_source_at", table_name="ledger_transfer")
    op.drop_column("ledger_account", "closed_at")
    op.drop_table("budget_shift")
    op.drop_table("budget_closing")
    op.drop_table("books_check")
    op.drop_table("allotment_year")
    op.drop_table("allotment_period")
