"""A refund that came back 退匯: when, why, and which other refund pays its money again."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("MADE", "APPROVED", "PAID", "RETURNED", "BOUNCED")
# By name: what was demanded before, and what is now; None where there was or is nothing.
CHECKS: dict[str, tuple[str | None, str | None]] = {
    "ck_fee_refund_refundstate": (
        f"state IN {STATES[:-1]}",
        f"state IN {STATES}",
    ),
    "ck_fee_refund_paid_with_reference": (
        "state <> 'PAID' OR (approved_by IS NOT NULL AND paid_by IS NOT NULL"
        " AND paid_on IS NOT NULL AND bank_reference IS NOT NULL)",
        "state NOT IN ('PAID', 'BOUNCED') OR (approved_by IS NOT NULL AND paid_by IS NOT NULL"
        " AND paid_on IS NOT NULL AND bank_reference IS NOT NULL)",
    ),
    "ck_fee_refund_approved": (
        "(state IN ('APPROVED', 'PAID')) = (approved_by IS NOT NULL)",
        "(state IN ('APPROVED', 'PAID', 'BOUNCED')) = (approved_by IS NOT NULL)",
    ),
    "ck_fee_refund_bounced_by_another": (None, "bounced_by IS NULL OR bounced_by <> made_by"),
    "ck_fee_refund_bounced": (None, "(state = 'BOUNCED') = (bounced_by IS NOT NULL)"),
    "ck_fee_refund_bounced_with_reference": (
        None,
        "state <> 'BOUNCED' OR (bounced_at IS NOT NULL AND bounced_on IS NOT NULL"
        " AND bounced_on >= paid_on AND bounce_reference IS NOT NULL AND bounce_reason <> '')",
    ),
    "ck_fee_refund_again": (None, "again_id IS NULL OR state = 'BOUNCED'"),
}
# What may never change, and what was made, approved and paid once it is paid (see 0008).
_FROZEN = (
    "NEW.amount <> OLD.amount OR NEW.deducted <> OLD.deducted OR NEW.made_by <> OLD.made_by"
    " OR COALESCE(NEW.case_id, 0) <> COALESCE(OLD.case_id, 0)"
    " OR COALESCE(NEW.line_id, 0) <> COALESCE(OLD.line_id, 0)"
)
_PAID = (
    "NEW.payee <> OLD.payee OR NEW.account <> OLD.account"
    " OR NEW.approved_by <> OLD.approved_by OR NEW.approved_at <> OLD.approved_at"
    " OR NEW.paid_by <> OLD.paid_by OR NEW.paid_at <> OLD.paid_at"
    " OR NEW.paid_on <> OLD.paid_on OR NEW.bank_reference <> OLD.bank_reference"
)
_BOUNCED = (
    "NEW.state <> OLD.state OR NEW.bounced_by <> OLD.bounced_by"
    " OR NEW.bounced_at <> OLD.bounced_at OR NEW.bounced_on <> OLD.bounced_on"
    " OR NEW.bounce_reference <> OLD.bounce_reference OR NEW.bounce_reason <> OLD.bounce_reason"
)
_LINE = (
    "NEW.transaction_number <> OLD.transaction_number OR NEW.amount <> OLD.amount"
    " OR NEW.value_at <> OLD.value_at OR NEW.statement_id <> OLD.statement_id"
)
# By table: on OLD and NEW, what is refused; before, and now.
FROZEN = {
    "fee_refund": (
        f"{_FROZEN} OR OLD.state IN ('PAID', 'RETURNED')",
        f"{_FROZEN} OR OLD.state = 'RETURNED'"
        f" OR (OLD.state = 'PAID' AND (NEW.state <> 'BOUNCED' OR {_PAID}))"
        f" OR (OLD.state = 'BOUNCED' AND ({_BOUNCED} OR {_PAID}))",
    ),
    "fee_line": (
        f"{_LINE} OR OLD.state <> 'OPEN'",
        f"{_LINE} OR (OLD.state <> 'OPEN' AND (OLD.state <> 'REFUNDED' OR NEW.state <> 'OPEN'))",
    ),
}


def upgrade() -> None:
    _drop_triggers()
    with op.batch_alter_table("fee_refund") as table:
        for column in _columns():
            table.add_column(column)
        for name, (before, now) in CHECKS.items():
            _check(table, name, before, now)
        table.create_unique_constraint("uq_fee_refund_bounce_reference", ["bounce_reference"])
        table.create_foreign_key("fk_fee_refund_again_id", "fee_refund", ["again_id"], ["id"])
        table.create_index("ix_fee_refund_again", ["again_id"], unique=False)
    _create_triggers(1)


def downgrade() -> None:
    _drop_triggers()
    with op.batch_alter_table("fee_refund") as table:
        table.drop_index("ix_fee_refund_again")
        table.drop_constraint("fk_fee_refund_again_id", type_="foreignkey")
        table.drop_constraint("uq_fee_refund_bounce_reference", type_="unique")
        for name, (before, now) in CHECKS.items():
            _check(table, name, now, before)
        for column in _columns():
            table.drop_column(column.name)
    _create_triggers(0)


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("bounced_by", sa.BigInteger(), nullable=True),
        sa.Column("bounced_by_name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_on", sa.Date(), nullable=True),
        sa.Column("bounce_reference", sa.String(length=64), nullable=True),
        sa.Column("bounce_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("again_id", KEY, nullable=True),
    )


def _check(table: BatchOperations, name: str, before: str | None, now: str | None) -> None:
    if before is not None:
        table.drop_constraint(op.f(name), type_="check")
    if now is not None:
        table.create_check_constraint(op.f(name), sa.text(now))


def _drop_triggers() -> None:
    """Those that are made anew below; SQLite drops the others with the table that it rebuilds."""
    for table in FROZEN:
        on = f' ON "{table}"' if _is_postgres() else ""
        op.execute(f"DROP TRIGGER {table}_refuses_update{on}")


def _create_triggers(release: int) -> None:
    for table, conditions in FROZEN.items():
        _refuse(table, "UPDATE", f" WHEN ({conditions[release]})")
    if not _is_postgres():
        _refuse("fee_refund", "DELETE", "")


def _refuse(table: str, deed: str, when: str) -> None:
    name = f"{table}_refuses_{deed.lower()}"
    does = (
        f"EXECUTE FUNCTION {name}()"
        if _is_postgres()
        else f"BEGIN SELECT RAISE(ABORT, '{table} refuses {deed}'); END"
    )
    op.execute(f'CREATE TRIGGER {name} BEFORE {deed} ON "{table}" FOR EACH ROW{when} {does}')


def _is_postgres() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
