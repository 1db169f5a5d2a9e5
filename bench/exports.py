"""A long list as a workbook, against the barest XML that holds the same cells."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from flask import Flask
from flask_babel import Babel

from backoffice.kernel.money import Ntd
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind, SheetLayout
from backoffice.spreadsheets.longxlsx import list_chunks
from backoffice.spreadsheets.ods import ods_chunks
from bench.measure import Result, paired

ROWS: Final = 100_000
XLSX_GOAL: Final = 2.0
ODS_GOAL: Final = 1.5
MADE_AT: Final = datetime(2024, 1, 5, 3, 4, 5, tzinfo=UTC)
DAY: Final = date(2024, 1, 5)
SERIAL: Final = 45_296
COLUMNS: Final = (
    *(Column(f"欄{place}") for place in range(12)),
    *(Column(f"元{place}", ColumnKind.MONEY) for place in range(5)),
    Column("日", ColumnKind.DATE),
    Column("時", ColumnKind.INSTANT),
    Column("數", ColumnKind.COUNT),
)
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"


def rows() -> Iterator[Sequence[CellValue]]:
    """Twenty cells a row, as a list of cases has them."""
    amounts = [Ntd(amount) for amount in (1_500_000, 714_286, 0, 5, 123_456)]
    for place in range(ROWS):
        yield (
            f"S01-112-{place:06}",
            f"精密機械第{place}廠股份有限公司",
            "00123456",
            "S01",
            "智慧化升級與低碳轉型計畫",
            "資格審查中",
            "承辦人",
            "林怡君",
            "",
            "004-0037",
            "第1期",
            None,
            *amounts,
            DAY,
            MADE_AT,
            place,
        )


def layout() -> SheetLayout:
    """The list as ours are laid out."""
    return SheetLayout("案件", COLUMNS, rows())


def bare_xlsx() -> int:
    """The sheet's XML and nothing else: no styles, no names, no checks."""
    return _bare("xl/worksheets/sheet1.xml", _bare_sheet())


def bare_ods() -> int:
    """The content's XML and nothing else."""
    return _bare("content.xml", _bare_content())


def _bare(name: str, pieces: Iterable[str]) -> int:
    out = BytesIO()
    waiting = iter(pieces)
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w") as part,
    ):
        while some := list(itertools.islice(waiting, 500)):
            part.write("".join(some).encode())
    return out.tell()


def _bare_sheet() -> Iterator[str]:
    yield f'<worksheet xmlns="{MAIN}"><sheetData>'
    for row in rows():
        cells = []
        for value in row:
            match value:
                case None:
                    cells.append("<c/>")
                case str():
                    cells.append(f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>')
                case Ntd():
                    cells.append(f"<c><v>{value.dollars}</v></c>")
                case int():
                    cells.append(f"<c><v>{value}</v></c>")
                case _:
                    cells.append(f"<c><v>{SERIAL}</v></c>")
        yield f"<row>{''.join(cells)}</row>"
    yield "</sheetData></worksheet>"


def _bare_content() -> Iterator[str]:
    yield f'<office:document-content xmlns:office="{OASIS}:office:1.0"><table:table>'
    for row in rows():
        cells = []
        for value in row:
            match value:
                case None:
                    cells.append("<table:table-cell/>")
                case str():
                    cells.append(
                        '<table:table-cell office:value-type="string">'
                        f"<text:p>{escape(value)}</text:p></table:table-cell>"
                    )
                case Ntd() | int():
                    number = value.dollars if isinstance(value, Ntd) else value
                    cells.append(
                        f'<table:table-cell office:value-type="float" office:value="{number}"/>'
                    )
                case _:
                    cells.append(
                        '<table:table-cell office:value-type="date"'
                        ' office:date-value="2024-01-05"/>'
                    )
        yield f"<table:table-row>{''.join(cells)}</table:table-row>"
    yield "</table:table></office:document-content>"


def results(_cases: int) -> Iterator[Result]:
    """100,000 rows of twenty columns, three times each."""
    app = Flask("exports")
    Babel(app)

    def ours(chunks: Callable[..., Iterator[bytes]]) -> Callable[[], None]:
        def write() -> None:
            with app.app_context():
                for _piece in chunks([layout()], made_at=MADE_AT):
                    pass

        return write

    for name, write, floor, goal in (
        ("list as .xlsx", ours(list_chunks), bare_xlsx, XLSX_GOAL),
        ("list as .ods", ours(ods_chunks), bare_ods, ODS_GOAL),
    ):
        mine, bare, spread = paired(write, floor, calls=1, rounds=3)
        yield Result(name, f"{ROWS:,} × {len(COLUMNS)}", "–", mine, bare, goal, 3, spread)
