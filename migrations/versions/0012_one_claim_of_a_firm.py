"""One claim of a firm in a round 一梯次一企業一名額: whose claim it is, and that there is no other."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# A claim that the release before makes while both run names no firm.
LIVE = "ubn <> '' AND state IN ('WAITING', 'SEATED', 'LAPSED')"
_TWICE = (
    "SELECT edition, ubn, min(case_number), max(case_number) FROM seat_claim"
    f" WHERE {LIVE} GROUP BY edition, ubn HAVING count(*) > 1 ORDER BY edition, ubn"
)


def upgrade() -> None:
    op.add_column(
        "seat_claim",
        sa.Column("ubn", sa.String(length=8), server_default="", nullable=False),
    )
    op.execute(
        'UPDATE seat_claim SET ubn = (SELECT ubn FROM "case" WHERE "case".id = seat_claim.case_id)'
    )
    _refuse_twice()
    op.create_index(
        "uq_seat_claim_firm",
        "seat_claim",
        ["edition", "ubn"],
        unique=True,
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )


def downgrade() -> None:
    op.drop_index("uq_seat_claim_firm", table_name="seat_claim")
    op.drop_column("seat_claim", "ubn")


def _refuse_twice() -> None:
    """Say which firms have two claims, for a person to end one of them in the release before."""
    found = op.get_bind().execute(sa.text(_TWICE)).all()
    if found:
        told = "; ".join(f"{edition} {ubn}: {one}, {other}" for edition, ubn, one, other in found)
        raise RuntimeError(f"withdraw one of two cases of a firm in a round first: {told}")
