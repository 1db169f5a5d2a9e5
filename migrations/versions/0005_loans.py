"""The tables of loans and their interest subsidy."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reference_rate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("rate_ppm", sa.BigInteger(), nullable=False),
        sa.Column("letter_number", sa.String(length=64), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rate_ppm > 0 AND rate_ppm <= 200000", name=op.f("ck_reference_rate_rate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_rate")),
        sa.UniqueConstraint("scheme", "since", name=op.f("uq_reference_rate_scheme_since")),
    )
    op.create_table(
        "bank_claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("payee_name", sa.String(length=200), nullable=False),
        sa.Column("payee_ubn", sa.String(length=8), nullable=False),
        sa.Column("letter_number", sa.String(length=64), nullable=False),
        sa.Column("letter_on", sa.Date(), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("line_count", sa.BigInteger(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=120), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("line_count > 0", name=op.f("ck_bank_claim_line_count")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["firm_account.id"], name=op.f("fk_bank_claim_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_claim")),
        sa.UniqueConstraint(
            "payee_ubn", "letter_number", name=op.f("uq_bank_claim_payee_ubn_letter_number")
        ),
    )
    op.create_index("ix_bank_claim_scheme", "bank_claim", ["scheme", "id"], unique=False)
    op.create_table(
        "registered_loan",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column("ubn", sa.String(length=8), nullable=False),
        sa.Column("loan_class", sa.String(length=8), nullable=False),
        sa.Column("bank_code", sa.String(length=3), nullable=False),
        sa.Column("capital", sa.BigInteger(), nullable=False),
        sa.Column("working", sa.BigInteger(), nullable=False),
        sa.Column("plan_cost", sa.BigInteger(), nullable=True),
        sa.Column("guarantee_bp", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "RUNNING",
                "ENDED",
                "CALLED",
                name="loanstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("rate_since", sa.Date(), nullable=False),
        sa.Column("registered_by", sa.BigInteger(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_since", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "accepted >= 0 AND accepted <= committed",
            name=op.f("ck_registered_loan_within_commitment"),
        ),
        sa.CheckConstraint(
            "capital >= 0 AND working >= 0 AND capital + working > 0",
            name=op.f("ck_registered_loan_amount"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_registered_loan_period")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_registered_loan_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_loan")),
        sa.UniqueConstraint("case_id", name=op.f("uq_registered_loan_case_id")),
    )
    op.create_index("ix_registered_loan_bank", "registered_loan", ["bank_code", "id"], unique=False)
    op.create_index(
        "ix_registered_loan_ends", "registered_loan", ["state", "ends_on", "id"], unique=False
    )
    op.create_index(
        "ix_registered_loan_rate", "registered_loan", ["state", "rate_since", "id"], unique=False
    )
    op.create_index(
        "ix_registered_loan_scheme", "registered_loan", ["scheme", "state", "id"], unique=False
    )
    op.create_index("ix_registered_loan_state", "registered_loan", ["state", "id"], unique=False)
    op.create_index("ix_registered_loan_ubn", "registered_loan", ["ubn", "id"], unique=False)
    op.create_table(
        "bank_claim_line",
        sa.Column(
            "bank_claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("through_on", sa.Date(), nullable=False),
        sa.Column("principal", sa.BigInteger(), nullable=False),
        sa.Column("rate_ppm", sa.BigInteger(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("computed", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "READY",
                "DIFFERS",
                "ACCEPTED",
                "RETURNED",
                name="banklinestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("paid", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "tranche_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'ACCEPTED' OR (paid IS NOT NULL AND paid > 0 AND paid <= claimed AND paid <= computed AND tranche_id IS NOT NULL)",
            name=op.f("ck_bank_claim_line_never_more_than_computed"),
        ),
        sa.CheckConstraint("claimed > 0", name=op.f("ck_bank_claim_line_claimed")),
        sa.CheckConstraint("through_on >= from_on", name=op.f("ck_bank_claim_line_period")),
        sa.ForeignKeyConstraint(
            ["bank_claim_id"], ["bank_claim.id"], name=op.f("fk_bank_claim_line_bank_claim_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_bank_claim_line_case_id")),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["registered_loan.id"], name=op.f("fk_bank_claim_line_loan_id")
        ),
        sa.ForeignKeyConstraint(
            ["tranche_id"], ["tranche.id"], name=op.f("fk_bank_claim_line_tranche_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_claim_line")),
        sa.UniqueConstraint(
            "bank_claim_id", "position", name=op.f("uq_bank_claim_line_bank_claim_id_position")
        ),
    )
    op.create_index(
        op.f("ix_bank_claim_line_case_id"), "bank_claim_line", ["case_id"], unique=False
    )
    op.create_index(
        "ix_bank_claim_line_loan", "bank_claim_line", ["loan_id", "from_on", "id"], unique=False
    )
    op.create_index("ix_bank_claim_line_state", "bank_claim_line", ["state", "id"], unique=False)
    op.create_index("ix_bank_claim_line_tranche", "bank_claim_line", ["tranche_id"], unique=False)
    op.create_index(
        "uq_bank_claim_line_accepted",
        "bank_claim_line",
        ["loan_id", "from_on"],
        unique=True,
        sqlite_where=sa.text("state = 'ACCEPTED'"),
        postgresql_where=sa.text("state = 'ACCEPTED'"),
    )
    op.create_table(
        "loan_movement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("loan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "DRAW",
                "REPAY",
                name="movementkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("notice_number", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_loan_movement_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_loan_movement_case_id")),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["registered_loan.id"], name=op.f("fk_loan_movement_loan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_movement")),
    )
    op.create_index(
        "ix_loan_movement_loan", "loan_movement", ["loan_id", "moved_on", "id"], unique=False
    )
    op.add_column(
        "claim", sa.Column("payee_name", sa.String(length=200), server_default="", nullable=False)
    )
    op.add_column(
        "claim", sa.Column("payee_ubn", sa.String(length=8), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("claim", "payee_ubn")
    op.drop_column("claim", "payee_name")
    op.drop_index("ix_loan_movement_loan", table_name="loan_movement")
    op.drop_table("loan_movement")
    op.drop_index(
        "uq_bank_claim_line_accepted",
        table_name="bank_claim_line",
        sqlite_where=sa.text("state = 'ACCEPTED'"),
        postgresql_where=sa.text("state = 'ACCEPTED'"),
    )
    op.drop_index("ix_bank_claim_line_tranche", table_name="bank_claim_line")
    op.drop_index("ix_bank_claim_line_state", table_name="bank_claim_line")
    op.drop_index("ix_bank_claim_line_loan", table_name="bank_claim_line")
    op.drop_index(op.f("ix_bank_claim_line_case_id"), table_name="bank_claim_line")
    op.drop_table("bank_claim_line")
    op.drop_index("ix_registered_loan_ubn", table_name="registered_loan")
    op.drop_index("ix_registered_loan_state", table_name="registered_loan")
    op.drop_index("ix_registered_loan_rate", table_name="registered_loan")
    op.drop_index("ix_registered_loan_scheme", table_name="registered_loan")
    op.drop_index("ix_registered_loan_ends", table_name="registered_loan")
    op.drop_index("ix_registered_loan_bank", table_name="registered_loan")
    op.drop_table("registered_loan")
    op.drop_index("ix_bank_claim_scheme", table_name="bank_claim")
    op.drop_table("bank_claim")
    op.drop_table("reference_rate")
