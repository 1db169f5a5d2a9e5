"""Brings what the tests need from the system: a browser, a Chinese font, a spreadsheet program.

As root on Debian the missing packages are installed; anywhere else this says exactly what is
missing and exits with 1. Quick when everything is there. Run as `python -m tests.provide`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TRIES = 4
PAUSE_SECONDS = 10
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))


def browser() -> str | None:
    """The Chromium to drive: the one named by $CHROMIUM, else the one on the path."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else shutil.which("chromium")


def has_chinese_font() -> bool:
    """Whether a page in Traditional Chinese would show characters, and not boxes."""
    lister = shutil.which("fc-list")
    if lister is None:
        return any(
            True for folder in FONT_FOLDERS for _ in folder.rglob("*CJK*") if folder.is_dir()
        )
    listed = subprocess.run([lister, ":lang=zh-tw"], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip())


def has_spreadsheet_program() -> bool:
    """Whether LibreOffice is there with Calc; its core alone opens no spreadsheet."""
    program = shutil.which("soffice")
    if program is None:
        return False
    folder = Path(program).resolve().parent
    return folder.name != "program" or (folder / "libsclo.so").exists()


@dataclass(frozen=True, slots=True)
class Need:
    """Something the tests use that no Python package carries."""

    what: str
    package: str
    is_met: Callable[[], bool]


NEEDS = (
    Need("Chromium, on the path or named by $CHROMIUM", "chromium", lambda: browser() is not None),
    Need("a font with Traditional Chinese", "fonts-noto-cjk", has_chinese_font),
    Need("LibreOffice Calc (soffice)", "libreoffice-calc-nogui", has_spreadsheet_program),
)


def install_line(packages: list[str]) -> str:
    return f"apt-get install -y --no-install-recommends {' '.join(packages)}"


def install(packages: list[str]) -> bool:
    """Install Debian packages, quietly; a busy or unreachable mirror is asked again."""
    settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-qq", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300"]
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS * attempt)
        update = subprocess.run(["apt-get", "update", *options], env=settings, check=False)
        if update.returncode:
            continue
        command = ["apt-get", "install", "-y", "--no-install-recommends", *options, *packages]
        answer = subprocess.run(
            command, env=settings, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if answer.returncode == 0:
            return True
        sys.stderr.write(answer.stdout.decode(errors="replace")[-4000:])
    return False


def main() -> int:
    """Meet every need, or name those that are not met."""
    missing = [need for need in NEEDS if not need.is_met()]
    if not missing:
        return 0
    packages = [need.package for need in missing]
    sys.stdout.write(f"bringing {', '.join(packages)}\n")
    sys.stdout.flush()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install(packages)
    still = [need for need in NEEDS if not need.is_met()]
    for need in still:
        sys.stderr.write(f"The tests need {need.what}; it is missing.\n")
    if still:
        line = install_line([need.package for need in still])
        sys.stderr.write(f"On Debian, as root:\n  apt-get update && {line}\n")
    return 1 if still else 0


if __name__ == "__main__":
    sys.exit(main())
