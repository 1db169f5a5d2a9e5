"""What stands in `deploy/` works as it stands there, and the page of instructions names it all."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from config import PROJECT

SECONDS_MAX = 60
DEPLOY = PROJECT / "deploy"
INSTRUCTIONS = (PROJECT / "docs" / "operators.md").read_text(encoding="utf-8")
NAME = re.compile(r"\b(?:BACKOFFICE_[A-Z_]+|DATABASE_URL|SECRET_KEY|PORT|WEB_CONCURRENCY)\b")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def served(migrated_sqlite: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of gunicorn with two processes, as in production, and its log."""
    (tmp_path / "backoffice.db").write_bytes(migrated_sqlite.read_bytes())
    port, log = free_port(), tmp_path / "log"
    environment = {
        "PATH": os.environ["PATH"],
        "BACKOFFICE_INSTANCE": str(tmp_path),
        "PORT": str(port),
        "WEB_CONCURRENCY": "2",
    }
    with serving(environment, log):
        address = f"127.0.0.1:{port}"
        wait_for(address, log)
        yield address, log


@contextmanager
def serving(environment: dict[str, str], log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "gunicorn", "--config", str(DEPLOY / "gunicorn.conf.py")]
    with log.open("wb") as written:
        server = subprocess.Popen(command, env=environment, stdout=written, stderr=written)
    try:
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(SECONDS_MAX) == 0, log.read_text(encoding="utf-8")


def wait_for(address: str, log: Path) -> None:
    for _ in range(SECONDS_MAX * 10):
        try:
            fetch(address, "/healthz")
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text(encoding="utf-8"))


def fetch(address: str, path: str, **headers: str) -> tuple[int, str]:
    """The status and the text of an answer."""
    connection = HTTPConnection(address, timeout=SECONDS_MAX)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_gunicorn_serves_with_two_processes_and_counts_for_both(served: tuple[str, Path]) -> None:
    address, log = served

    assert fetch(address, "/healthz") == (200, "ok\n")
    assert fetch(address, "/readyz") == (200, "ok\n")
    for _ in range(40):
        status, text = fetch(address, "/sign-in")
        assert (status, 'name="password"' in text) == (200, True)
    status, figures = fetch(address, "/metrics")

    assert status == 200
    assert 'backoffice_requests_total{endpoint="people.sign_in",status="200"} 40.0' in figures
    assert fetch(address, "/metrics", **{"X-Forwarded-For": "127.0.0.1"})[0] == 403
    assert fetch(address, "/static/style.css")[0] == 200
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert sum(event["event"] == "request" for event in events) == 40
    assert sum(event["event"].startswith("Booting worker") for event in events) == 2
    assert any(event["event"] == "Using worker: sync" for event in events)


def test_the_instructions_explain_every_setting() -> None:
    sources = [PROJECT / "config.py", DEPLOY / "gunicorn.conf.py", DEPLOY / "backup.sh"]
    names = {name for file in sources for name in NAME.findall(file.read_text(encoding="utf-8"))}

    assert len(names) > 15
    assert sorted(name for name in names if f"`{name}`" not in INSTRUCTIONS) == []


def test_what_is_deployed_sets_nothing_that_does_not_exist() -> None:
    known = {
        name
        for file in (PROJECT / "config.py", DEPLOY / "gunicorn.conf.py", DEPLOY / "backup.sh")
        for name in NAME.findall(file.read_text(encoding="utf-8"))
    }
    used = {
        name
        for file in DEPLOY.rglob("*")
        if file.is_file() and file.suffix != ".pyc"
        for name in NAME.findall(file.read_text(encoding="utf-8"))
    }

    assert used - known == set()


def test_the_instructions_name_only_files_that_are_there() -> None:
    named = set(re.findall(r"`(deploy/[\w./@-]+)`", INSTRUCTIONS))

    assert len(named) > 5
    assert sorted(name for name in named if not (PROJECT / name).exists()) == []


@pytest.mark.parametrize("script", sorted(DEPLOY.rglob("*.sh")), ids=lambda path: path.name)
def test_a_script_is_one_that_a_shell_understands(script: Path) -> None:
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", str(script)], check=True)


def test_the_script_of_the_timer_takes_and_proves_a_backup(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    (tmp_path / "backoffice.db").write_bytes(migrated_sqlite.read_bytes())
    environment = {"PATH": os.environ["PATH"], "BACKOFFICE_INSTANCE": str(tmp_path)}

    finished = subprocess.run(
        [str(DEPLOY / "backup.sh")], env=environment, capture_output=True, text=True, check=False
    )

    assert finished.returncode == 0, finished.stderr
    assert "proved; nothing was changed" in finished.stdout
    made = sorted(each.name for each in (tmp_path / "backups").iterdir())
    assert [re.sub(r"\d", "9", name) for name in made] == [
        "backoffice-99999999-999999.zip",
        "daily-99999999.zip",
    ]
