"""No address of a registry and no path of a machine gets into the project unseen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.addresses import disagreements, findings, findings_in, project_files

HOST = "pyp" + "i.org"
HASHED = "flask==3.1.3 \\\n    --hash=sha256:00\n"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("docs/install.md", f"see https://{HOST}/simple"),
        ("package-lock.json", "https://regis" + "try.npm" + "js.org/htmx.tgz"),
        ("requirements/run.txt", "flask @ file:///opt/flask.whl"),
        ("requirements/run.txt", "--extra-index-url somewhere"),
        ("requirements/dev.in", "--find-links wheels"),
        ("docs/operators.md", "backoffice backup " + "/ro" + "ot/office.db"),
        ("bench/run.py", 'Path("' + "/ho" + 'me/ann/office.db")'),
    ],
)
def test_an_address_or_a_machine_path_is_found(name: str, line: str) -> None:
    assert len(list(findings_in(name, line))) == 1


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("requirements/run.txt", HASHED),
        ("README.md", "http://127.0.0.1:8000"),
        ("README.md", "https://law.moj.gov.tw/LawClass/LawAll.aspx"),
        ("backoffice/web/navigation.py", 'href="/cases/overdue/"'),
        ("deploy/backoffice.service", "WorkingDirectory=/srv/backoffice"),
    ],
)
def test_what_names_neither_is_right(name: str, line: str) -> None:
    assert list(findings_in(name, line)) == []


def test_a_version_that_is_served_but_not_tested_is_found() -> None:
    assert list(disagreements(HASHED, HASHED)) == []
    assert list(disagreements(HASHED, HASHED.replace("3.1.3", "3.1.2"))) != []
    assert list(disagreements(HASHED, "")) != []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two lock files, which agree."""
    (tmp_path / "requirements").mkdir()
    for name in ("run.txt", "dev.txt"):
        (tmp_path / "requirements" / name).write_text(HASHED, encoding="utf-8")
    return tmp_path


def test_a_planted_address_is_found_with_and_without_git(project: Path) -> None:
    before = list(findings(project))
    (project / "install.md").write_text(f"https://{HOST}/simple", encoding="utf-8")
    without_git = list(findings(project))
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    with_git = list(findings(project))

    assert before == []
    assert without_git == with_git == ["install.md:1: an address of a package registry"]


def test_what_git_ignores_is_not_read(project: Path) -> None:
    (project / ".gitignore").write_text("instance/\n", encoding="utf-8")
    (project / "instance").mkdir()
    (project / "instance" / "pip.log").write_text(f"https://{HOST}", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)

    assert project / "instance" / "pip.log" not in project_files(project)
