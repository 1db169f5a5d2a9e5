"""What LibreOffice makes of a workbook: the cells as a person sees them, or another format."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import tempfile
from pathlib import Path

UTF8 = 76
TIMEOUT_SECONDS = 120


def shown_by_libreoffice(content: bytes, suffix: str) -> list[list[str]]:
    """The first sheet's cells as LibreOffice shows them, numbers and dates by their formats."""
    # Separator, quotes, encoding, first line, no column formats, language, texts quoted, as shown.
    options = f"csv:Text - txt - csv (StarCalc):44,34,{UTF8},1,,0,true,true"
    text = _converted(content, suffix, options, "csv").decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def saved_by_libreoffice(content: bytes, suffix: str, target: str) -> bytes:
    """The same workbook, opened and saved as .`target` by LibreOffice."""
    return _converted(content, suffix, target, target)


def _converted(content: bytes, suffix: str, into: str, ending: str) -> bytes:
    program = shutil.which("soffice")
    assert program is not None, "run python -m tests.provide"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / f"book.{suffix}"
        source.write_bytes(content)
        subprocess.run(
            [
                program,
                "--headless",
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--convert-to",
                into,
                "--outdir",
                str(folder / "out"),
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
        )
        return (folder / "out" / f"book.{ending}").read_bytes()
