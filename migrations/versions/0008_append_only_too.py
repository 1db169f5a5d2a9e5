"""What is written stays written: the triggers of the tables that came after the first ones."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Never changed and never removed.
APPEND_ONLY: tuple[str, ...] = ()
# Removed never; changed only where the condition (on OLD and NEW) does not hold.
FROZEN: dict[str, str] = {}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        _refuse(dialect, table, "UPDATE", None)
        _refuse(dialect, table, "DELETE", None)
    for table, condition in FROZEN.items():
        _refuse(dialect, table, "UPDATE", condition)
        _refuse(dialect, table, "DELETE", None)


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
