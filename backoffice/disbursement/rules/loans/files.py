"""The lines of a bank's claim as a file or as pasted text brings them: cells into values. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from backoffice.disbursement.rules.loans.claiming import ClaimedLine
from backoffice.kernel.money import Ntd, parse_amount
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc, parse_date

COLUMNS: Final = ("案件編號", "起日", "迄日", "本金餘額", "年息", "請領利息")
_PERCENT_PPM = 10_000
_RATE_CHARACTERS_MAX = 12
_ROWS_TOLD = 20

Cells = Sequence[str | None]


def parse_rate(text: str) -> int:
    """1.595 or 1.595%, as a yearly rate in millionths: 15950. Refuses "rate.unreadable" (text)."""
    plain = nfkc(text).strip().removesuffix("%").strip()
    if len(plain) > _RATE_CHARACTERS_MAX or not plain.replace(".", "", 1).isdecimal():
        raise Refused("rate.unreadable", text=text)
    ppm = Fraction(plain.strip(".") or "0") * _PERCENT_PPM
    if ppm.denominator != 1:
        raise Refused("rate.unreadable", text=text)
    return int(ppm)


def _amount(text: str) -> Ntd:
    return Ntd(parse_amount(text))


def _number(text: str) -> str:
    return nfkc(text).strip()


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "案件編號": _number,
    "起日": parse_date,
    "迄日": parse_date,
    "本金餘額": _amount,
    "年息": parse_rate,
    "請領利息": _amount,
}


def read_rows(header: Cells, rows: Iterable[tuple[int, Cells]]) -> tuple[ClaimedLine, ...]:
    """The lines of a table; its columns may stand in any order, others are left alone.

    `rows` are numbered as their source numbers them; blank ones count for nothing. Refuses
    "bank_claim.columns_missing" (columns) and "bank_claim.rows" (rows: the first twenty faults,
    each "bank_claim.row" with its number and why).
    """
    places = {nfkc(name or "").strip(): place for place, name in enumerate(header)}
    missing = [name for name in COLUMNS if name not in places]
    if missing:
        raise Refused("bank_claim.columns_missing", columns=missing)
    found: list[ClaimedLine] = []
    faults: list[Refused] = []
    for row, cells in rows:
        texts = {name: _cell(cells, places[name]) for name in COLUMNS}
        if not any(texts.values()):
            continue
        try:
            found.append(_line(row, texts))
        except Refused as why:
            faults.append(Refused("bank_claim.row", row=row, why=why))
    if faults:
        raise Refused("bank_claim.rows", rows=faults[:_ROWS_TOLD])
    return tuple(found)


def _cell(cells: Cells, place: int) -> str:
    return (cells[place] or "").strip() if place < len(cells) else ""


def _line(row: int, texts: Mapping[str, str]) -> ClaimedLine:
    read = {name: _value(name, text) for name, text in texts.items()}
    from_on, through_on = read["起日"], read["迄日"]
    assert isinstance(from_on, date)
    assert isinstance(through_on, date)
    return ClaimedLine(
        case_number=read["案件編號"],
        from_on=from_on,
        through_on=through_on,
        principal=read["本金餘額"],
        rate_ppm=read["年息"],
        claimed=read["請領利息"],
        row=row,
    )


def _value(name: str, text: str) -> Any:
    if not text:
        raise Refused("bank_claim.row_blank", column=name)
    try:
        return _READ[name](text)
    except Refused as fault:
        raise Refused("bank_claim.row_cell", column=name, text=text) from fault
