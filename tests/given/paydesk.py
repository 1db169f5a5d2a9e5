"""What may happen to a sheet before it is sent, and the bank's file of it read by its places."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from backoffice import documents
from backoffice.access import Actor
from backoffice.disbursement.operations.sheets import (
    answer_query,
    correct_line,
    exclude_line,
    query_line,
)
from backoffice.disbursement.queries.sheets import SheetRecord
from backoffice.disbursement.queries.sheets import sheet as record_of
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import sheets as desk

REASON = "存摺影本與切結書不符"


def version_of(office: Office, sheet_id: int) -> int:
    """The sheet as a page opened now would show it."""
    return desk.sheet_row(office, sheet_id).version


def record(office: Office, sheet_id: int) -> SheetRecord:
    """The sheet's head with the bank's file in force."""
    with Session(office.engine) as session:
        return record_of(session, sheet_id)


def exclude(office: Office, sheet_id: int, place: int = 0, who: Actor = given.ACCOUNTING) -> None:
    """The maker takes a line out."""
    line = desk.line_rows(office, sheet_id)[place]
    office.perform(exclude_line, who, sheet_id, version_of(office, sheet_id), line.id, REASON)


def correct(
    office: Office, sheet_id: int, place: int = 0, who: Actor = given.OFFICER, **account: str
) -> None:
    """An officer enters another account for a line."""
    line = desk.line_rows(office, sheet_id)[place]
    holder = str(line.columns["payee"])
    facts = {"holder": holder, "number": "112233445566", **account}
    office.perform(
        correct_line,
        who,
        sheet_id,
        version_of(office, sheet_id),
        line.id,
        replace(world.ACCOUNT, **facts),
        world.a_pdf("存摺封面.pdf"),
        REASON,
    )


def ask(office: Office, sheet_id: int, place: int = 0, who: Actor = given.ACCOUNTING_2) -> None:
    """The checker asks about a line."""
    line = desk.line_rows(office, sheet_id)[place]
    version = version_of(office, sheet_id)
    office.perform(query_line, who, sheet_id, version, line.id, "領據日期早於契約日")


def answer(office: Office, sheet_id: int, place: int = 0, who: Actor = given.ACCOUNTING) -> None:
    """The maker answers."""
    line = desk.line_rows(office, sheet_id)[place]
    version = version_of(office, sheet_id)
    office.perform(answer_query, who, sheet_id, version, line.id, "契約日誤載，已附更正函")


def bank_file(office: Office, sheet_id: int) -> bytes:
    """The bytes that the bank would get."""
    found = record(office, sheet_id).bank
    assert found is not None, "the sheet has no file"
    with Session(office.engine) as session:
        return documents.file(session, found.document_id).content


@dataclass(frozen=True, slots=True)
class Paid:
    """One record of the file: whom it pays, where, how much, and the case."""

    position: int
    account: str
    amount: int
    ubn: str
    case_number: str


def read_back(content: bytes) -> tuple[tuple[Paid, ...], int, int]:
    """The payments of a file, and what its trailer says: count and sum.

    Cut by the places of the specification's table, and not by the programme's.
    """
    *lines, end = content.split(b"\r\n")
    assert end == b"", "every line ends"
    assert {len(line) for line in lines} == {250}
    first, *details, last = lines
    assert (first[:9], last[:9]) == (b"BOFACHP01", b"EOFACHP01")
    paid = tuple(
        Paid(
            position=int(line[6:14]),
            account=line[37:60].decode("ascii"),
            amount=int(line[60:70]),
            ubn=line[83:93].decode("ascii").strip(),
            case_number=line[116:136].decode("ascii").strip(),
        )
        for line in details
    )
    return paid, int(last[31:39]), int(last[39:55])
