"""What is written stays written: triggers that refuse change and removal, and the chain's head."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Never changed and never removed.
APPEND_ONLY = (
    "audit_entry",
    "ledger_transfer",
    "document_content",
    "document",
    "case_note",
    "decision",
    "firm_account",
    "password_history",
    "approved_line",
    "repayment",
    "recovery_share",
    "carry_over",
    "window_closure",
    "backup_taken",
)
# Removed never; changed only where the condition (on OLD and NEW) does not hold.
FROZEN = {
    "score_sheet": (
        "OLD.state <> 'DRAFT' AND (NEW.marks <> OLD.marks OR NEW.reasons <> OLD.reasons"
        " OR NEW.opinion <> OLD.opinion OR NEW.payload_sha256 <> OLD.payload_sha256"
        " OR NEW.reviewer_id <> OLD.reviewer_id OR NEW.case_id <> OLD.case_id)"
    ),
    "sheet": (
        "OLD.state <> 'MADE' AND (NEW.total <> OLD.total OR NEW.row_count <> OLD.row_count"
        " OR NEW.content_sha256 <> OLD.content_sha256 OR NEW.number <> OLD.number"
        " OR NEW.made_by <> OLD.made_by OR (OLD.document_id IS NOT NULL"
        " AND (NEW.document_id IS NULL OR NEW.document_id <> OLD.document_id))"
        " OR (OLD.opendocument_id IS NOT NULL AND (NEW.opendocument_id IS NULL"
        " OR NEW.opendocument_id <> OLD.opendocument_id)))"
    ),
    "sheet_line": (
        "NEW.amount <> OLD.amount OR NEW.columns <> OLD.columns OR NEW.sheet_id <> OLD.sheet_id"
        " OR NEW.tranche_id <> OLD.tranche_id OR NEW.position <> OLD.position"
    ),
    "waiting_place": (
        "NEW.case_id <> OLD.case_id OR NEW.scheme <> OLD.scheme OR NEW.decided_at <> OLD.decided_at"
        " OR NEW.complete_at <> OLD.complete_at OR NEW.received_at <> OLD.received_at"
        " OR NEW.case_number <> OLD.case_number OR NEW.wanted <> OLD.wanted"
    ),
    "offer": (
        "NEW.case_id <> OLD.case_id OR NEW.amount <> OLD.amount OR NEW.wanted <> OLD.wanted"
        " OR NEW.number <> OLD.number OR NEW.offered_by <> OLD.offered_by"
        " OR (OLD.state <> 'OPEN' AND NEW.state <> OLD.state)"
    ),
    "ledger_account": "NEW.name <> OLD.name OR NEW.unit <> OLD.unit OR NEW.book <> OLD.book",
    "case": "NEW.number <> OLD.number OR NEW.content_sha256 <> OLD.content_sha256",
    "recovery": (
        "NEW.case_id <> OLD.case_id OR NEW.amount <> OLD.amount OR (OLD.state <> 'PREPARED' AND"
        " (NEW.number <> OLD.number OR NEW.disposed_on <> OLD.disposed_on"
        " OR NEW.due_on <> OLD.due_on)) OR NEW.repaid < OLD.repaid"
    ),
    "ending": (
        "NEW.case_id <> OLD.case_id OR NEW.demand <> OLD.demand OR NEW.paid <> OLD.paid"
        " OR OLD.state <> 'PROPOSED'"
    ),
    "installation": "NEW.demonstration <> OLD.demonstration",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        _refuse(dialect, table, "UPDATE", None)
        _refuse(dialect, table, "DELETE", None)
    for table, condition in FROZEN.items():
        _refuse(dialect, table, "UPDATE", condition)
        _refuse(dialect, table, "DELETE", None)
    op.execute(
        sa.text("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :genesis)").bindparams(
            genesis="0" * 64
        )
    )


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in (*APPEND_ONLY, *FROZEN):
        for deed in ("UPDATE", "DELETE"):
            name = f"{table}_refuses_{deed.lower()}"
            if dialect == "postgresql":
                op.execute(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')
                op.execute(f"DROP FUNCTION IF EXISTS {name}()")
            else:
                op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.execute("DELETE FROM audit_head")


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


def _as_text(condition: str | None) -> str:
    """PostgreSQL has no equality for json; its text serves."""
    assert condition is not None
    for column in ("marks", "reasons", "columns"):
        for row in ("OLD", "NEW"):
            condition = condition.replace(f"{row}.{column}", f"{row}.{column}::text")
    return condition
