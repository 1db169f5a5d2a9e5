"""What an insider with the database's file could do: triggers and checks are switched off first."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection, Engine


def plant(connection: Connection, fault: str) -> None:
    """Do it, with nothing in the way."""
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for index in ("uq_sheet_line_live", "uq_seat_claim_firm"):
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS {index}")
    changed = connection.exec_driver_sql(fault).rowcount
    assert changed > 0, "the fault changed nothing"


def planted(engine: Engine, fault: str) -> None:
    """Do it in a SQLite database, and leave it there."""
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        plant(connection, fault)
        connection.commit()


def known_faults() -> set[str]:
    """The numbers of the invariants for which some test of this folder plants a fault."""
    folder = Path(__file__).parent
    modules = [import_module(f"{__package__}.{file.stem}") for file in folder.glob("test_*.py")]
    return {number for module in modules for number in getattr(module, "FAULTS", ())}
