"""How many cases there are: counts kept by the door, filled from the cases that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = (
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
)


def upgrade() -> None:
    op.create_table(
        "case_count",
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *STATES,
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("cases", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "state", name=op.f("pk_case_count")),
    )
    op.create_table(
        "officer_load",
        sa.Column(
            "officer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("cases", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer_load")),
    )
    op.execute(
        "INSERT INTO case_count (scheme, state, cases)"
        ' SELECT scheme, state, count(*) FROM "case" GROUP BY scheme, state'
    )
    op.execute(
        "INSERT INTO officer_load (officer_id, cases)"
        " SELECT officer_id, count(*) FROM \"case\" WHERE turn = 'OURS'"
        " AND officer_id IS NOT NULL GROUP BY officer_id"
    )


def downgrade() -> None:
    op.drop_table("officer_load")
    op.drop_table("case_count")
