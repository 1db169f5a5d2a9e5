"""A list on its way out of the house: exactly what its page shows, as .xlsx, .ods or .csv.

It is read piece by piece in the page's one snapshot and sent as it is read, so that its length
costs no memory. That it was taken stands in the audit before the first byte leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from flask import Response, request, stream_with_context, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.access import Permission
from backoffice.audit import head
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date, roc_digits
from backoffice.spreadsheets.csv import csv_chunks
from backoffice.spreadsheets.layout import CellValue, Column, SheetLayout
from backoffice.spreadsheets.longxlsx import list_chunks
from backoffice.spreadsheets.ods import MEDIA_TYPE as ODS_TYPE
from backoffice.spreadsheets.ods import ods_chunks
from backoffice.use_case import Act, use_case
from backoffice.web import guard
from backoffice.web.filters import ntd, roc_datetime

KINDS: Final = 'any("xlsx", "ods", "csv")'  # of files, as a route's address says it
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK: Final = 1_000  # rows that one query brings
MEDIA_TYPES: Final = {"xlsx": XLSX_TYPE, "ods": ODS_TYPE, "csv": "text/csv; charset=utf-8"}
# Where a page begins is no part of what was asked for.
PAGING: Final = frozenset({"after", "before"})

Row = TypeVar("Row")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with its columns; `rows` are read once, while they are sent.

    `asked` is what the reader asked for, in words: pairs such as (方案, S01).
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[CellValue]]
    asked: Sequence[tuple[str, str]] = ()


def paged(fetch: Callable[[Key | None], tuple[Sequence[Row], Key | None]]) -> Iterator[Row]:
    """All rows of a list that is read by key: `fetch` gives some, and the key of the next ones."""
    rows, key = fetch(None)
    yield from rows
    while key is not None:
        rows, key = fetch(key)
        yield from rows


def list_files(
    endpoint: str, paging: Iterable[str] = PAGING, **place: Any
) -> list[tuple[str, str]]:
    """The addresses of the page's list as files, asked for as the page itself was."""
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in paging]
    asked = f"?{urlencode(kept)}" if kept else ""
    return [(kind, url_for(endpoint, kind=kind, **place) + asked) for kind in MEDIA_TYPES]


@use_case("list.download", requires=Permission.ACCOUNT_OWN)
def record_download(act: Act, name: str, kind: str, asked: str) -> None:
    """Record that a list is taken out of the house: which, as what, and by which filter.

    Who may read the page may take its list; the page has asked for that.
    """
    act.record("list_download", None, None, list_name=name, file_format=kind, asked=asked)


def send_list(session: Session, listing: Listing, kind: str) -> Response:
    """The list as a file of this kind, once it is on record who takes it."""
    asked = gettext("；").join(f"{name} {value}" for name, value in listing.asked)
    guard.house().office.perform(record_download, guard.actor(), listing.name, kind, asked)
    stem = f"{listing.name}-{roc_digits(local_date(guard.now()), 7)}"
    return recorded_list(session, listing, kind, stem)


def recorded_list(session: Session, listing: Listing, kind: str, stem: str) -> Response:
    """A list of which it is on record already who takes it, piece by piece.

    An .xlsx or .ods has a second sheet 說明: what was asked for, when and by whom, how many rows
    and what sums were found, and where the audit ended.
    """
    response = Response(
        stream_with_context(_sent(session, _pieces(session, listing, kind))),
        content_type=MEDIA_TYPES[kind],
    )
    as_attachment(response, f"{stem}.{kind}")
    return response


def as_attachment(response: Response, name: str) -> None:
    """Have the answer kept as a file of this name, which may well be Chinese, and nowhere else."""
    ending = name.rpartition(".")[2]
    plain = name if name.isascii() else f"list.{ending}"
    names: Mapping[str, str] = {"filename": plain, "filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "no-store"


def _sent(session: Session, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces; afterwards the session gives its connection back, however the sending ended.

    The request's own end came before the first row was read, so nobody else would close it.
    """
    try:
        yield from pieces
    finally:
        session.close()


def _pieces(session: Session, listing: Listing, kind: str) -> Iterator[bytes]:
    if kind == "csv":
        return csv_chunks(listing.columns, listing.rows)
    counted = _Counted(listing)
    sheets = (
        SheetLayout(listing.name, listing.columns, counted.rows()),
        SheetLayout(
            gettext("說明"),
            (Column(gettext("項目"), width=24), Column(gettext("內容"), width=80)),
            counted.told(session),
        ),
    )
    write = ods_chunks if kind == "ods" else list_chunks
    return write(sheets, made_at=guard.now())


class _Counted:
    """The rows of a list, counted and added up as they go by."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._count = 0
        self._sums = {place: 0 for place, column in enumerate(listing.columns) if column.is_summed}

    def rows(self) -> Iterator[Sequence[CellValue]]:
        """The rows as they are."""
        sums = self._sums
        for row in self._listing.rows:
            self._count += 1
            for place in sums:
                amount = row[place]
                if amount is not None:
                    assert isinstance(amount, Ntd | int), amount
                    sums[place] += amount.dollars if isinstance(amount, Ntd) else amount
            yield row

    def told(self, session: Session) -> Iterator[Sequence[CellValue]]:
        """What the second sheet says, once the rows have gone by."""
        yield gettext("清單"), self._listing.name
        yield from self._listing.asked
        yield gettext("製表時間"), roc_datetime(guard.now())
        yield gettext("製表人"), guard.actor().name
        yield gettext("筆數"), ntd(self._count)
        for place, total in self._sums.items():
            label = self._listing.columns[place].label
            yield gettext("%(what)s合計", what=label), ntd(total)
        end = head(session)
        yield gettext("稽核鏈末端"), f"#{end.seq} {end.hash}"
