"""Every import contract holds, and is seen to fail when its violation is planted.

A contract that cannot fail proves nothing. Each violation is planted in a copy of the package,
where `lint-imports` runs under the very configuration of the project.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STOREYS = "Rooms stand on storeys; nothing looks up"
ROOM = "Inside a room"
FRAMEWORK = "Rules and kernel know no framework"
WEB = "Use cases do not know the web"
SPREADSHEETS = "Spreadsheets stay at the edge"
CONFIG = "Only the composition root reads config"
VERDICT = re.compile(r"^(?P<contract>\S.*?) +(?P<verdict>KEPT|BROKEN)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Violation:
    """One forbidden line in one file of the package, and the contract that forbids it."""

    contract: str
    file: str
    line: str

    def __str__(self) -> str:
        return f"{self.file}: {self.line}"


VIOLATIONS = (
    Violation(STOREYS, "helpers.py", "WIDTH = 3"),
    Violation(STOREYS, "kernel/planted.py", "import backoffice.db"),
    Violation(STOREYS, "cases/planted.py", "import backoffice.reports"),
    Violation(STOREYS, "ledger/planted.py", "import backoffice.scheme"),
    Violation(STOREYS, "people/planted.py", "import backoffice.cases.models"),
    Violation(STOREYS, "db.py", "import backoffice.use_case"),
    Violation(STOREYS, "web/planted.py", "import backoffice.people.models"),
    Violation(ROOM, "review/rules/planted.py", "import backoffice.review.views"),
    Violation(ROOM, "ledger/models.py", "import backoffice.ledger.operations"),
    Violation(ROOM, "ledger/queries.py", "import backoffice.ledger.operations"),
    Violation(FRAMEWORK, "kernel/planted.py", "import flask"),
    Violation(FRAMEWORK, "kernel/planted.py", "import sqlalchemy"),
    Violation(FRAMEWORK, "ledger/rules.py", "import sqlalchemy"),
    Violation(FRAMEWORK, "review/rules/planted.py", "import backoffice.db"),
    Violation(WEB, "ledger/operations.py", "import flask"),
    Violation(WEB, "ledger/queries.py", "import backoffice.web.guard"),
    Violation(WEB, "use_case.py", "import flask_login"),
    Violation(SPREADSHEETS, "cases/planted.py", "import pandas"),
    Violation(SPREADSHEETS, "reports/planted.py", "import openpyxl"),
    Violation(CONFIG, "cases/planted.py", "import config"),
    Violation(CONFIG, "use_case.py", "import config"),
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, beside the configuration that it is judged by."""
    shutil.copytree(
        ROOT / "backoffice",
        tmp_path / "backoffice",
        ignore=shutil.ignore_patterns("static", "__pycache__", "editions", "*.xlsx"),
    )
    for name in ("config.py", "pyproject.toml"):
        shutil.copy2(ROOT / name, tmp_path / name)
    return tmp_path / "backoffice"


def plant(package: Path, violation: Violation) -> None:
    """Add the line at the end of the file, which is made if there is none."""
    file = package / violation.file
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(f"{before}\n{violation.line}\n", encoding="utf-8")


def verdicts(package: Path) -> dict[str, str]:
    """Each contract's name with KEPT or BROKEN."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    answer = subprocess.run(
        command, cwd=package.parent, capture_output=True, text=True, check=False
    )
    found = {match["contract"]: match["verdict"] for match in VERDICT.finditer(answer.stdout)}
    assert found, answer.stdout + answer.stderr
    return found


def contracts() -> set[str]:
    """The names of the contracts in force."""
    law = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"] for contract in law["tool"]["importlinter"]["contracts"]}


def test_the_package_keeps_every_contract(package: Path) -> None:
    assert verdicts(package) == dict.fromkeys(contracts(), "KEPT")


@pytest.mark.parametrize("violation", VIOLATIONS, ids=str)
def test_a_planted_violation_breaks_its_contract(package: Path, violation: Violation) -> None:
    plant(package, violation)

    broken = {name for name, verdict in verdicts(package).items() if verdict == "BROKEN"}

    assert violation.contract in broken


def test_every_contract_has_a_planted_violation() -> None:
    assert {violation.contract for violation in VIOLATIONS} == contracts()
