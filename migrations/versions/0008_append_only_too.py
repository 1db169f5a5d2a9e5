"""What is written stays written: the triggers of the tables that came after the first ones."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Never changed and never removed.
APPEND_ONLY: tuple[str, ...] = (
    "board_day",
    "board_record",
    "day_flow",
    "bank_claim",
    "loan_movement",
    "reference_rate",
    "fee_slip",
    "fee_advertising",
    "allotment_year",
    "sheet_change",
    "sheet_voided_approval",
    "sheet_payment_file",
    "bank_line",
    "day_close",
    "repayment_reversal",
    "seat_allocation",
    "seat_release",
)
# A demand's receipts grow less only by what was taken out again 更正收回登錄 (see 0002).
LESS = (
    "(SELECT COALESCE(SUM(amount), 0) FROM repayment WHERE recovery_id = OLD.id)"
    " - (SELECT COALESCE(SUM(amount), 0) FROM repayment_reversal WHERE recovery_id = OLD.id)"
)
# Removed never; changed only where the condition (on OLD and NEW) does not hold.
FROZEN: dict[str, str] = {
    "bank_claim_line": (
        "NEW.claimed <> OLD.claimed OR NEW.case_id <> OLD.case_id OR NEW.loan_id <> OLD.loan_id"
        " OR NEW.from_on <> OLD.from_on OR NEW.through_on <> OLD.through_on"
        " OR NEW.bank_claim_id <> OLD.bank_claim_id OR OLD.state = 'RETURNED'"
        " OR (OLD.state = 'ACCEPTED' AND (NEW.paid <> OLD.paid"
        " OR NEW.tranche_id <> OLD.tranche_id))"
    ),
    "registered_loan": (
        "NEW.case_id <> OLD.case_id OR NEW.capital <> OLD.capital OR NEW.working <> OLD.working"
        " OR NEW.starts_on <> OLD.starts_on OR NEW.ends_on <> OLD.ends_on"
        " OR NEW.loan_class <> OLD.loan_class OR OLD.state <> 'RUNNING'"
    ),
    "bank_answer": (
        "OLD.state = 'CONFIRMED' OR NEW.sha256 <> OLD.sha256"
        " OR NEW.content_sha256 <> OLD.content_sha256 OR NEW.document_id <> OLD.document_id"
        " OR NEW.row_count <> OLD.row_count OR NEW.paid_total <> OLD.paid_total"
        " OR NEW.returned_total <> OLD.returned_total"
    ),
    "bank_item": (
        "OLD.state <> 'OPEN' OR NEW.bank_class <> OLD.bank_class OR NEW.amount <> OLD.amount"
        " OR NEW.day <> OLD.day OR COALESCE(NEW.answer_id, 0) <> COALESCE(OLD.answer_id, 0)"
        " OR COALESCE(NEW.bank_line_id, 0) <> COALESCE(OLD.bank_line_id, 0)"
    ),
    "fee_paid": (
        "NEW.case_id <> OLD.case_id OR NEW.amount <> OLD.amount OR NEW.paid_at <> OLD.paid_at"
        " OR NEW.position <> OLD.position OR NEW.receipt_number <> OLD.receipt_number"
        " OR (OLD.returned_at IS NOT NULL AND (NEW.returned_at IS NULL"
        " OR NEW.returned_at <> OLD.returned_at))"
    ),
    "seat": "NEW.edition <> OLD.edition OR NEW.number <> OLD.number",
    "seat_conflict": "OLD.state <> 'OPEN' OR NEW.claim_id <> OLD.claim_id",
    "fee_statement": "NEW.file_sha256 <> OLD.file_sha256 OR OLD.state <> 'PREVIEWED'",
    "fee_line": (
        "NEW.transaction_number <> OLD.transaction_number OR NEW.amount <> OLD.amount"
        " OR NEW.value_at <> OLD.value_at OR NEW.statement_id <> OLD.statement_id"
        " OR OLD.state <> 'OPEN'"
    ),
    "fee_refund": (
        "NEW.amount <> OLD.amount OR NEW.deducted <> OLD.deducted OR NEW.made_by <> OLD.made_by"
        " OR COALESCE(NEW.case_id, 0) <> COALESCE(OLD.case_id, 0)"
        " OR COALESCE(NEW.line_id, 0) <> COALESCE(OLD.line_id, 0)"
        " OR OLD.state IN ('PAID', 'RETURNED')"
    ),
    "allotment_period": (
        "NEW.scheme <> OLD.scheme OR NEW.year <> OLD.year OR NEW.month <> OLD.month"
        " OR (OLD.released_at IS NOT NULL AND (NEW.planned <> OLD.planned"
        " OR NEW.released_at IS NULL OR NEW.released_at <> OLD.released_at))"
    ),
    "budget_shift": (
        "OLD.state <> 'PROPOSED' OR NEW.amount <> OLD.amount OR NEW.kind <> OLD.kind"
        " OR NEW.source_scheme <> OLD.source_scheme"
        " OR COALESCE(NEW.target_scheme, '') <> COALESCE(OLD.target_scheme, '')"
    ),
    "budget_closing": (
        "OLD.state <> 'PROPOSED' OR NEW.scheme <> OLD.scheme OR NEW.year <> OLD.year"
    ),
    "line_query": (
        "NEW.note <> OLD.note OR NEW.line_id <> OLD.line_id OR NEW.asked_by <> OLD.asked_by"
        " OR OLD.answered_at IS NOT NULL"
    ),
}

_RECOVERY = (
    "NEW.case_id <> OLD.case_id OR NEW.amount <> OLD.amount OR (OLD.state <> 'PREPARED' AND"
    " (NEW.number <> OLD.number OR NEW.disposed_on <> OLD.disposed_on"
    " OR NEW.due_on <> OLD.due_on))"
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        _refuse(dialect, table, "UPDATE", None)
        _refuse(dialect, table, "DELETE", None)
    for table, condition in FROZEN.items():
        _refuse(dialect, table, "UPDATE", condition)
        _refuse(dialect, table, "DELETE", None)
    _drop(dialect, "recovery_refuses_update", "recovery")
    _refuse(dialect, "recovery", "UPDATE", _RECOVERY)
    _refuse_less(dialect)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    _drop(dialect, "recovery_refuses_less", "recovery")
    _drop(dialect, "recovery_refuses_update", "recovery")
    _refuse(dialect, "recovery", "UPDATE", f"{_RECOVERY} OR NEW.repaid < OLD.repaid")
    for table in (*APPEND_ONLY, *FROZEN):
        for deed in ("UPDATE", "DELETE"):
            name = f"{table}_refuses_{deed.lower()}"
            if dialect == "postgresql":
                op.execute(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')
                op.execute(f"DROP FUNCTION IF EXISTS {name}()")
            else:
                op.execute(f"DROP TRIGGER IF EXISTS {name}")


def _refuse(dialect: str, table: str, deed: str, condition: str | None) -> None:
    name, message = f"{table}_refuses_{deed.lower()}", f"{table} refuses {deed}"
    when = f" WHEN ({_as_text(condition)})" if dialect == "postgresql" and condition else ""
    if dialect == "postgresql":
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION '{message}'; END $$"
        )
        op.execute(
            f'CREATE TRIGGER {name} BEFORE {deed} ON "{table}" FOR EACH ROW{when}'
            f" EXECUTE FUNCTION {name}()"
        )
        return
    when = f" WHEN {condition}" if condition else ""
    op.execute(
        f'CREATE TRIGGER {name} BEFORE {deed} ON "{table}" FOR EACH ROW{when}'
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _drop(dialect: str, name: str, table: str) -> None:
    if dialect == "postgresql":
        op.execute(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')
        op.execute(f"DROP FUNCTION IF EXISTS {name}()")
        return
    op.execute(f"DROP TRIGGER IF EXISTS {name}")


def _refuse_less(dialect: str) -> None:
    """What came back of a demand goes down to its receipts less the reversals, never otherwise."""
    name, message = "recovery_refuses_less", "recovery refuses less without a reversal"
    when = "NEW.repaid < OLD.repaid"
    if dialect == "postgresql":
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN IF NEW.repaid <> {LESS} THEN RAISE EXCEPTION '{message}'; END IF;"
            " RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON recovery FOR EACH ROW WHEN ({when})"
            f" EXECUTE FUNCTION {name}()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE ON recovery FOR EACH ROW"
        f" WHEN {when} AND NEW.repaid <> {LESS}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _as_text(condition: str | None) -> str:
    """PostgreSQL has no equality for json; its text serves."""
    assert condition is not None
    for column in ("marks", "reasons", "columns"):
        for row in ("OLD", "NEW"):
            condition = condition.replace(f"{row}.{column}", f"{row}.{column}::text")
    return condition
