"""The tables of places, waiting lists and services."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "seat",
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "FREE",
                "HELD",
                "CONFIRMED",
                "IN_SERVICE",
                "DONE",
                "CONSUMED",
                "UNUSED",
                name="seatstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("allocation_id", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'HELD') = (due_on IS NOT NULL)", name=op.f("ck_seat_held_until")
        ),
        sa.CheckConstraint(
            "(state IN ('FREE', 'UNUSED')) = (case_id IS NULL)", name=op.f("ck_seat_somebodys")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_seat_number")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_seat_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("case_id", name=op.f("uq_seat_case_id")),
        sa.UniqueConstraint("edition", "number", name=op.f("uq_seat_edition_number")),
    )
    op.create_index("ix_seat_due", "seat", ["state", "due_on", "id"], unique=False)
    op.create_index("ix_seat_state", "seat", ["edition", "state", "number"], unique=False)
    op.create_table(
        "seat_claim",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "SEATED",
                "LAPSED",
                "REFUND",
                "ENDED",
                name="claimstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("key_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_number", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("choice_on", sa.Date(), nullable=True),
        sa.Column("choice_number", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_seat_claim_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_claim")),
        sa.UniqueConstraint("case_id", name=op.f("uq_seat_claim_case_id")),
    )
    op.create_index(
        "ix_seat_claim_line",
        "seat_claim",
        ["edition", "state", "key_at", "received_at", "case_number"],
        unique=False,
    )
    op.create_table(
        "service",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("advertising", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(delivered_on IS NULL) = (document_id IS NULL)",
            name=op.f("ck_service_delivered_with_evidence"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_service_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("case_id", name=op.f("uq_service_case_id")),
    )
    op.create_index("ix_service_due", "service", ["due_on", "id"], unique=False)
    op.create_table(
        "seat_allocation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seat_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("key_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_number", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=64), nullable=False),
        sa.Column("allocated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allocated_by", sa.BigInteger(), nullable=False),
        sa.Column("allocated_by_name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_seat_allocation_case_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_allocation_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_allocation")),
    )
    op.create_index("ix_seat_allocation_case", "seat_allocation", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_seat_allocation_edition", "seat_allocation", ["edition", "id"], unique=False
    )
    op.create_index("ix_seat_allocation_seat", "seat_allocation", ["seat_id", "id"], unique=False)
    op.create_table(
        "seat_conflict",
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.String(length=24), nullable=False),
        sa.Column("claim_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("allocation_id", KEY, nullable=False),
        sa.Column("key_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "OPEN",
                "KEPT",
                "REPLACED",
                "MOOT",
                name="conflictstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('KEPT', 'REPLACED') OR reason <> ''",
            name=op.f("ck_seat_conflict_reasoned"),
        ),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["seat_allocation.id"], name=op.f("fk_seat_conflict_allocation_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_seat_conflict_case_id")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["seat_claim.id"], name=op.f("fk_seat_conflict_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_conflict")),
    )
    op.create_index(op.f("ix_seat_conflict_case_id"), "seat_conflict", ["case_id"], unique=False)
    op.create_index("ix_seat_conflict_claim", "seat_conflict", ["claim_id", "id"], unique=False)
    op.create_index(
        "ix_seat_conflict_open", "seat_conflict", ["state", "edition", "id"], unique=False
    )
    op.create_table(
        "seat_release",
        sa.Column("id", KEY, nullable=False),
        sa.Column("allocation_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "LAPSED",
                "WITHDRAWN",
                "CANCELLED",
                "GAVE_WAY",
                name="releasecause",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.BigInteger(), nullable=False),
        sa.Column("released_by_name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["seat_allocation.id"], name=op.f("fk_seat_release_allocation_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_seat_release_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_release")),
        sa.UniqueConstraint("allocation_id", name=op.f("uq_seat_release_allocation_id")),
    )
    op.create_index(op.f("ix_seat_release_case_id"), "seat_release", ["case_id"], unique=False)
    op.add_column(
        "fee_paid",
        sa.Column("source", sa.String(length=16), server_default="INTAKE", nullable=False),
    )
    op.add_column("fee_paid", sa.Column("entered_by", sa.BigInteger(), nullable=True))
    op.add_column(
        "fee_paid",
        sa.Column("entered_by_name", sa.String(length=120), server_default="", nullable=False),
    )
    op.add_column("fee_paid", sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("fee_paid", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("fee_paid", "returned_at")
    op.drop_column("fee_paid", "entered_at")
    op.drop_column("fee_paid", "entered_by_name")
    op.drop_column("fee_paid", "entered_by")
    op.drop_column("fee_paid", "source")
    op.drop_index(op.f("ix_seat_release_case_id"), table_name="seat_release")
    op.drop_table("seat_release")
    op.drop_index("ix_seat_conflict_open", table_name="seat_conflict")
    op.drop_index("ix_seat_conflict_claim", table_name="seat_conflict")
    op.drop_index(op.f("ix_seat_conflict_case_id"), table_name="seat_conflict")
    op.drop_table("seat_conflict")
    op.drop_index("ix_seat_allocation_seat", table_name="seat_allocation")
    op.drop_index("ix_seat_allocation_edition", table_name="seat_allocation")
    op.drop_index("ix_seat_allocation_case", table_name="seat_allocation")
    op.drop_table("seat_allocation")
    op.drop_index("ix_service_due", table_name="service")
    op.drop_table("service")
    op.drop_index("ix_seat_claim_line", table_name="seat_claim")
    op.drop_table("seat_claim")
    op.drop_index("ix_seat_state", table_name="seat")
    op.drop_index("ix_seat_due", table_name="seat")
    op.drop_table("seat")
