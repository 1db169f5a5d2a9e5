"""Bringing in the sample thirty times over, against a bare reading of the same workbook."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from bench.measure import Result, paired
from config import PROJECT

GOAL = 12.0
TIMES = 30
SAMPLE = PROJECT / "backoffice" / "demo" / "intake-112.xlsx"
KEY = "案件編號"
COMMAND = (sys.executable, "-m", "flask", "--app", "backoffice.app:create_app")


def workbook_of(times: int) -> bytes:
    """The sample so many times over, each copy with case numbers of its own."""
    from openpyxl import Workbook, load_workbook

    source = load_workbook(SAMPLE, read_only=True)
    target = Workbook(write_only=True)
    for sheet in source.worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        head = rows[0]
        place = head.index(KEY)
        copy = target.create_sheet(sheet.title)
        copy.append(list(head))
        for number in range(times):
            for row in rows[1:]:
                cells = list(row)
                cells[place] = f"{cells[place]}-{number:03}"
                copy.append(cells)
    out = BytesIO()
    target.save(out)
    return out.getvalue()


def results(_cases: int) -> Iterator[Result]:
    """The command line's import into a fresh database, each time anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "intake.xlsx"
        file.write_bytes(workbook_of(TIMES))
        runs = iter(range(1_000))

        def ours() -> None:
            instance = folder / f"run-{next(runs)}"
            instance.mkdir()
            subprocess.run(
                [*COMMAND, "intake", str(file), "--json"],
                env={"BACKOFFICE_INSTANCE": str(instance), "PATH": "/usr/bin:/bin"},
                cwd=PROJECT,
                check=True,
                capture_output=True,
            )

        def bare() -> None:
            from python_calamine import CalamineWorkbook

            book = CalamineWorkbook.from_filelike(BytesIO(file.read_bytes()))
            for sheet in book.sheet_names:
                book.get_sheet_by_name(sheet).to_python()

        mine, floor, spread = paired(ours, bare, calls=1, rounds=3)
        yield Result(
            "intake, preview and import",
            f"sample × {TIMES}",
            "sqlite",
            mine,
            floor,
            GOAL,
            3,
            spread,
        )
