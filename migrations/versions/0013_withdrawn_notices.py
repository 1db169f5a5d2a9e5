"""A late notice that is withdrawn 撤回: who, when, why, and the demand that goes with it."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = (
    "PREPARED",
    "DEMANDED",
    "ENFORCEMENT",
    "RECOVERED",
    "WRITTEN_OFF",
    "MERGED",
    "WITHDRAWN",
)
IN_WRITING = " OR (number <> '' AND disposed_on IS NOT NULL AND due_on IS NOT NULL)"
# By name: what was demanded before, and what is now.
CHECKS = {
    "ck_recovery_recoverystate": (f"state IN {STATES[:-1]}", f"state IN {STATES}"),
    "ck_recovery_demanded_in_writing": (
        f"state IN ('PREPARED', 'MERGED'){IN_WRITING}",
        f"state IN ('PREPARED', 'MERGED', 'WITHDRAWN'){IN_WRITING}",
    ),
}
WITH_ITS_NOTICE = "state <> 'WITHDRAWN' OR (movement_id IS NOT NULL AND ended_at IS NOT NULL)"
# On OLD and NEW, what is refused; before (see 0008), and now.
_FROZEN = (
    "NEW.case_id <> OLD.case_id OR NEW.amount <> OLD.amount OR (OLD.state <> 'PREPARED' AND"
    " (NEW.number <> OLD.number OR NEW.disposed_on <> OLD.disposed_on"
    " OR NEW.due_on <> OLD.due_on))"
)
FROZEN = (
    _FROZEN,
    f"{_FROZEN} OR OLD.state = 'WITHDRAWN'"
    " OR COALESCE(NEW.movement_id, 0) <> COALESCE(OLD.movement_id, 0)",
)
# A demand bears the instant of the notice that prepared it; where two share one, nobody can say.
LINK = """
UPDATE recovery SET movement_id = (
  SELECT m.id FROM loan_movement m
  WHERE m.case_id = recovery.case_id AND m.entered_at = recovery.prepared_at AND m.kind = 'REPAY'
)
WHERE cause = 'SETTLEMENT'
AND 1 = (
  SELECT count(*) FROM loan_movement m
  WHERE m.case_id = recovery.case_id AND m.entered_at = recovery.prepared_at AND m.kind = 'REPAY'
)
AND 1 = (
  SELECT count(*) FROM recovery r
  WHERE r.case_id = recovery.case_id AND r.prepared_at = recovery.prepared_at
  AND r.cause = 'SETTLEMENT'
)
"""


def upgrade() -> None:
    _create_withdrawals()
    with _rows_kept_of_recovery(), op.batch_alter_table("recovery") as table:
        table.add_column(sa.Column("movement_id", KEY, nullable=True))
        for name, (_before, now) in CHECKS.items():
            table.drop_constraint(op.f(name), type_="check")
            table.create_check_constraint(op.f(name), sa.text(now))
        table.create_check_constraint(
            op.f("ck_recovery_withdrawn_with_its_notice"), sa.text(WITH_ITS_NOTICE)
        )
        table.create_foreign_key(
            op.f("fk_recovery_movement_id"), "loan_movement", ["movement_id"], ["id"]
        )
    op.execute(LINK)
    op.create_index("uq_recovery_movement", "recovery", ["movement_id"], unique=True)
    _guard_recovery(FROZEN[1])
    _append_only()


def downgrade() -> None:
    op.drop_index("uq_recovery_movement", table_name="recovery")
    with _rows_kept_of_recovery(), op.batch_alter_table("recovery") as table:
        table.drop_constraint(op.f("fk_recovery_movement_id"), type_="foreignkey")
        table.drop_constraint(op.f("ck_recovery_withdrawn_with_its_notice"), type_="check")
        for name, (before, _now) in CHECKS.items():
            table.drop_constraint(op.f(name), type_="check")
            table.create_check_constraint(op.f(name), sa.text(before))
        table.drop_column("movement_id")
    _guard_recovery(FROZEN[0])
    op.drop_table("notice_withdrawal")
    if _is_postgres():
        for deed in ("update", "delete"):
            op.execute(f"DROP FUNCTION notice_withdrawal_refuses_{deed}()")


def _create_withdrawals() -> None:
    op.create_table(
        "notice_withdrawal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("movement_id", KEY, nullable=False),
        sa.Column("recovery_id", KEY, nullable=False),
        sa.Column("loan_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_notice_withdrawal_reason")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_notice_withdrawal_{column}")
            )
            for column, table in (
                ("movement_id", "loan_movement"),
                ("recovery_id", "recovery"),
                ("loan_id", "registered_loan"),
                ("case_id", "case"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_withdrawal")),
        sa.UniqueConstraint("movement_id", name=op.f("uq_notice_withdrawal_movement_id")),
        sa.UniqueConstraint("recovery_id", name=op.f("uq_notice_withdrawal_recovery_id")),
    )
    op.create_index("ix_notice_withdrawal_loan", "notice_withdrawal", ["loan_id", "id"])


@contextmanager
def _rows_kept_of_recovery() -> Iterator[None]:
    """Lay the rows aside where the table is built anew, which shares and receipts refer to.

    SQLite counts the rows that refer to nothing until the transaction ends; each row that is put
    back takes its own off that count.
    """
    _drop("recovery_refuses_update")
    if _is_postgres():
        yield
        return
    _drop("recovery_refuses_delete")
    less = _statement_of("recovery_refuses_less")
    _drop("recovery_refuses_less")
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TABLE recovery_before AS SELECT * FROM recovery")
    op.execute("DELETE FROM recovery")
    yield
    now = {each["name"] for each in sa.inspect(op.get_bind()).get_columns("recovery")}
    before = sa.inspect(op.get_bind()).get_columns("recovery_before")
    kept = ", ".join(each["name"] for each in before if each["name"] in now)
    op.execute(f"INSERT INTO recovery ({kept}) SELECT {kept} FROM recovery_before")
    op.execute("DROP TABLE recovery_before")
    _refuse("recovery", "DELETE", "")
    op.execute(less)


def _statement_of(trigger: str) -> str:
    found = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    return str(op.get_bind().execute(found, {"name": trigger}).scalar_one())


def _guard_recovery(condition: str) -> None:
    _refuse("recovery", "UPDATE", f" WHEN ({condition})")


def _append_only() -> None:
    for deed in ("UPDATE", "DELETE"):
        if _is_postgres():
            op.execute(
                f"CREATE FUNCTION notice_withdrawal_refuses_{deed.lower()}() RETURNS trigger"
                " LANGUAGE plpgsql AS $$ BEGIN"
                f" RAISE EXCEPTION 'notice_withdrawal refuses {deed}'; END $$"
            )
        _refuse("notice_withdrawal", deed, "")


def _refuse(table: str, deed: str, when: str) -> None:
    name = f"{table}_refuses_{deed.lower()}"
    does = (
        f"EXECUTE FUNCTION {name}()"
        if _is_postgres()
        else f"BEGIN SELECT RAISE(ABORT, '{table} refuses {deed}'); END"
    )
    op.execute(f'CREATE TRIGGER {name} BEFORE {deed} ON "{table}" FOR EACH ROW{when} {does}')


def _drop(trigger: str) -> None:
    op.execute(f"DROP TRIGGER {trigger}{' ON recovery' if _is_postgres() else ''}")


def _is_postgres() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
