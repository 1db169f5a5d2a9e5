"""Many clients at once over HTTP, each with one request at a time; and who answers them.

An application is served by gunicorn with two workers of four threads; the clients are threads of
this process. Pages are fetched beforehand: what is measured is the deed. One run lasts a second or
less, so there are several, in turn with the bare ones, each on a copy of the database.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.people.models import Account
from backoffice.people.operations import Visit, open_session, token_digest
from backoffice.use_case import Office
from bench.measure import Result, say
from tests import postgres
from tests.given import web

CLIENTS: Final = 64
ROUNDS: Final = 5
WORKERS: Final = 2
THREADS: Final = WORKERS * 4
TOKEN: Final = "bench-contest"
PORTS: Final = iter(range(8_931, 8_999))


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that is ready: where to, and the form."""

    path: str
    body: str


@dataclass(frozen=True, slots=True)
class Run:
    """How a run went: seconds in all, and of each answer, in order of length."""

    seconds: float
    waits: tuple[float, ...]

    @property
    def each_ms(self) -> float:
        """Milliseconds of wall time a request."""
        return self.seconds * 1000 / len(self.waits)


@dataclass(frozen=True, slots=True)
class Arena:
    """A database on one engine, the instant at which it stands, and a way to copy it for a run."""

    engine: str
    built: str
    folder: Path
    now: str
    copied: Callable[[], AbstractContextManager[str]]

    def meet(
        self,
        prepared: Callable[[int], list[tuple[Sent, str]]],
        bare: list[tuple[Sent, str]],
        check: Callable[[str], None],
        *,
        warm_up: int,
    ) -> list[tuple[Run, Run]]:
        """The office's run and the bare one, some times in turn.

        `prepared` is asked with the office's port; `check` looks at each database of the office.
        """
        runs = []
        for _round in range(ROUNDS):
            with self.copied() as url:
                with served("office", url, self.folder, self.now) as port:
                    mine = contest(port, prepared(port), warm_up=warm_up)
                check(url)
            with self.copied() as url, served("bare", url, self.folder, self.now) as port:
                runs.append((mine, contest(port, bare, warm_up=warm_up)))
        return runs


def arenas(build: Callable[[str, Path], str]) -> Iterator[Arena]:
    """Both engines; `build` makes a database and answers the instant at which it stands."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "built.db"
        now = build(f"sqlite:///{file}", folder)
        yield Arena("sqlite", f"sqlite:///{file}", folder, now, partial(_copied_file, file))
    with tempfile.TemporaryDirectory() as name, postgres.durable_server() as server:
        folder, databases = Path(name), postgres.Postgres(server.url, server.folder, "bench")
        built = databases.create("built")
        now = build(built, folder)
        yield Arena("postgresql", built, folder, now, partial(databases.fresh, "built"))


@contextmanager
def _copied_file(file: Path) -> Iterator[str]:
    """The address of a copy in a folder of its own, where its log and its queue lie beside it."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        yield f"sqlite:///{shutil.copy(file, folder)}"


def told(what: str, size: str, engine: str, runs: Sequence[tuple[Run, Run]], goal: float) -> Result:
    """All runs in two lines, and as a result: medians, in milliseconds of wall time a request."""
    mine, bare = zip(*runs, strict=True)
    for whose, these in (("ours", mine), ("bare", bare)):
        waits = sorted(wait for run in these for wait in run.waits)
        p99, longest = waits[len(waits) * 99 // 100 - 1], waits[-1]
        say(f"{what} on {engine}, {whose}: p99 {p99:.2f} s, longest {longest:.2f} s")
    per = [statistics.median(run.each_ms for run in these) for these in (mine, bare)]
    spread = " / ".join(
        f"{min(run.each_ms for run in these):.2f}–{max(run.each_ms for run in these):.2f}"
        for these in (mine, bare)
    )
    n = sum(len(run.waits) for run in mine)
    return Result(what, size, engine, per[0], per[1], goal, n, spread)


def sign_in(office: Office, actor: Actor) -> None:
    """Everybody's requests come under one session of this person."""
    with Session(office.engine) as session:
        proved = session.execute(
            select(Account.password_hash).where(Account.id == actor.id)
        ).scalar_one()
    visit = Visit(network="127.0.0.1", agent="bench", hours=12)
    office.perform(open_session, actor, proved, token_digest(TOKEN), visit, rehashed=proved)


@contextmanager
def served(factory: str, url: str, folder: Path, now: str) -> Iterator[int]:
    """The application of this factory in `bench.served`, on a port of its own."""
    port = next(PORTS)
    told = os.environ | {"BENCH_URL": url, "BENCH_FOLDER": str(folder), "BENCH_NOW": now}
    command = [sys.executable, "-m", "gunicorn", f"bench.served:{factory}()", "--log-level=error"]
    options = [f"--workers={WORKERS}", f"--threads={THREADS // WORKERS}"]
    options += [f"--bind=127.0.0.1:{port}", "--backlog=256"]
    with (folder / f"{factory}.log").open("wb") as log:
        server = subprocess.Popen([*command, *options], env=told, stdout=log, stderr=log)
        try:
            _await(port)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _await(port: int) -> None:
    for _attempt in range(300):
        try:
            ask(port, "GET", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


def ask(
    port: int, method: str, path: str, body: str = "", cookies: str = ""
) -> tuple[int, str, str]:
    """Status, text and the cookies that were set."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": f"sid={TOKEN}{cookies}"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    cookie = "".join(
        f"; {value.partition(';')[0]}"
        for name, value in answer.getheaders()
        if name.lower() == "set-cookie"
    )
    connection.close()
    return answer.status, text, cookie


def forms(
    port: int, pages: Sequence[str], typed: Mapping[str, str] | None = None
) -> list[tuple[Sent, str]]:
    """The form of each page as it is filled in, with what is typed besides.

    All are sent under the session of the first page.
    """
    found, cookies = [], ""
    for path in pages:
        _status, text, fresh = ask(port, "GET", path, cookies=cookies)
        cookies = cookies or fresh
        form = BeautifulSoup(text, "html.parser").select_one("main form[method=post]")
        assert form is not None, text[:2000]
        fields = web.filled_in(form) | dict(typed or {})
        found.append((Sent(path, urlencode(fields, doseq=True)), cookies))
    return found


def contest(port: int, ready: Sequence[tuple[Sent, str]], *, warm_up: int) -> Run:
    """The first few, so that every thread of both workers has done the deed; then the others.

    64 clients, each with one request at a time.
    """
    _sent(port, ready[:warm_up], clients=THREADS)
    return _sent(port, ready[warm_up:], clients=CLIENTS)


def _sent(port: int, ready: Sequence[tuple[Sent, str]], *, clients: int) -> Run:
    waiting: SimpleQueue[tuple[Sent, str]] = SimpleQueue()
    for each in ready:
        waiting.put(each)
    waits: list[float] = []
    refused: list[str] = []
    start = threading.Barrier(clients + 1)

    def client() -> None:
        start.wait()
        while True:
            try:
                sent, cookies = waiting.get_nowait()
            except Empty:
                return
            before = time.perf_counter()
            status, text, _cookie = ask(port, "POST", sent.path, sent.body, cookies)
            waits.append(time.perf_counter() - before)
            if status != 303:
                refused.append(f"{sent.path}: {status} {text[:1500]}")

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    assert not refused, refused[0]
    return Run(seconds, tuple(sorted(waits)))
