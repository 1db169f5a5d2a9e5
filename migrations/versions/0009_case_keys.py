"""The keys by which cases are found, and those of the cases that are there."""

import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.String(256).with_variant(sa.String(256, collation="C"), "postgresql")
CHUNK = 20_000


def upgrade() -> None:
    table = op.create_table(
        "case_key",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("case_id", KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "case_id", name=op.f("pk_case_key")),
        sqlite_with_rowid=False,
    )
    rows = _rows(op.get_bind())
    while chunk := list(islice(rows, CHUNK)):
        op.bulk_insert(table, chunk)


def _rows(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    case = sa.table("case", sa.column("id"), sa.column("number"), sa.column("firm_name"))
    for case_id, number, firm_name in connection.execute(sa.select(*case.c).order_by(case.c.id)):
        name = _folded(firm_name)
        pieces = {name[n : n + long] for long in (2, 3) for n in range(len(name) - long + 1)}
        for key in sorted({("\x01" + _folded(number))[:256], *pieces, name[-1:]} - {""}):
            yield {"key": key, "case_id": case_id}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def downgrade() -> None:
    op.drop_table("case_key")
