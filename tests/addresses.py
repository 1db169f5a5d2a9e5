"""What no file of the project may hold: a registry's address, or a path of somebody's machine.

A lock file with an address installs only where that address answers, and shows where it was made.
Run as `python -m tests.addresses`; prints each finding and exits with 1 if there is one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRUNED = frozenset({".git", ".venv", ".venv-accessibility", "instance", "__pycache__", "build"})

# The brackets keep these lines from being what they look for.
REGISTRY = re.compile(
    r"://[^\s/\"'<>]*(?:pyp[i]|python[h]osted|npm[j]s|registr[y]\.|deb\.debia[n])", re.IGNORECASE
)
INSTALL_SOURCE = re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host")
MACHINE_PATH = re.compile(r"(?<![\w.:/*-])/(?:root|tmp|work|home/[a-z_][\w-]*|Users/\w+)/\w")
PIN = re.compile(r"^[a-z0-9][a-z0-9._-]*==\S+", re.MULTILINE)


def project_files(root: Path) -> Iterator[Path]:
    """Every file that is, or would be, committed. Without git: all but what is generated."""
    if (root / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout
        paths = [root / name for name in listed.decode().split("\0") if name]
        yield from (path for path in paths if path.is_file())
        return
    for path in sorted(root.rglob("*")):
        generated = PRUNED.intersection(path.relative_to(root).parts)
        if path.is_file() and not generated:
            yield path


def findings_in(name: str, text: str) -> Iterator[str]:
    """What one file holds that it must not; `name` is its path inside the project."""
    is_lock = name.startswith("requirements/")
    for number, line in enumerate(text.splitlines(), start=1):
        if REGISTRY.search(line) or (is_lock and "://" in line):
            yield f"{name}:{number}: an address of a package registry"
        if is_lock and INSTALL_SOURCE.search(line):
            yield f"{name}:{number}: an option that names where packages come from"
        if MACHINE_PATH.search(line):
            yield f"{name}:{number}: a path of one machine"


def text_of(path: Path) -> str | None:
    """The file's text; None if it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def disagreements(run: str, dev: str) -> Iterator[str]:
    """Pins that serving uses and testing does not: the tests would prove something else."""
    tested = set(PIN.findall(dev))
    for pin in PIN.findall(run):
        if pin not in tested:
            yield f"requirements: {pin} is served, but not tested"


def findings(root: Path) -> Iterator[str]:
    """Everything found in the whole project."""
    for path in project_files(root):
        text = text_of(path)
        if text is not None:
            yield from findings_in(path.relative_to(root).as_posix(), text)
    run, dev = (root / "requirements" / name for name in ("run.txt", "dev.txt"))
    yield from disagreements(run.read_text(encoding="utf-8"), dev.read_text(encoding="utf-8"))


def main() -> int:
    """Print what was found."""
    found = list(findings(ROOT))
    for finding in found:
        sys.stdout.write(f"{finding}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
