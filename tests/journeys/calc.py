"""A workbook as LibreOffice Calc reads it: every cell as it is shown."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

from tests import provide

# Comma, double quote, UTF-8, from row 1, cells as shown, every sheet into a file of its own.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
SECONDS_MAX = 120


def first_sheet(workbook: Path, folder: Path) -> list[list[str]]:
    """The rows of the workbook's only sheet, converted by LibreOffice within `folder`."""
    program = shutil.which("soffice")
    if program is None:
        line = provide.install_line(["libreoffice-calc-nogui"])
        raise FileNotFoundError(f"LibreOffice is needed. On Debian, as root: {line}")
    written = folder / "csv"
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        FILTER,
        "--outdir",
        str(written),
        str(workbook),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS_MAX)
    (sheet,) = written.iterdir()
    with sheet.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))
