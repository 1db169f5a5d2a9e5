"""Many clients at once over HTTP, each with one request at a time; and who answers them.

An application is served by gunicorn with two workers of four threads; the clients are threads of
this process. Pages are fetched beforehand: what is measured is the deed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
TOKEN: Final = "bench-contest"
PORTS: Final = iter(range(8_931, 9_000))


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

    def told(self) -> str:
        """The 99th percentile and the longest wait."""
        p99 = self.waits[len(self.waits) * 99 // 100 - 1]
        return f"{len(self.waits) / self.seconds:.0f}/s p99 {p99:.2f} s max {self.waits[-1]:.2f} s"


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two equal databases on one engine, one for the office and one for the bare application."""

    engine: str
    ours: str
    bare: str
    folder: Path
    now: str

    def met(
        self,
        prepared: Callable[[int], list[tuple[Sent, str]]],
        bare: list[tuple[Sent, str]],
        *,
        warm_up: int,
    ) -> tuple[Run, Run]:
        """The office's run and the bare one; `prepared` is asked with the office's port."""
        with served("office", self.ours, self.folder, self.now) as port:
            mine = contest(port, prepared(port), warm_up=warm_up)
        with served("bare", self.bare, self.folder, self.now) as port:
            return mine, contest(port, bare, warm_up=warm_up)


def rivals(build: Callable[[str, Path], str]) -> Iterator[Rivals]:
    """Both engines; `build` makes a database and answers the instant at which it stands."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, copy = folder / "office.db", folder / "bare.db"
        now = build(f"sqlite:///{file}", folder)
        shutil.copy(file, copy)
        yield Rivals("sqlite", f"sqlite:///{file}", f"sqlite:///{copy}", folder, now)
    with tempfile.TemporaryDirectory() as name, postgres.durable_server() as server:
        folder, databases = Path(name), postgres.Postgres(server.url, server.folder, "bench")
        ours, bare = databases.create("ours"), databases.create("bare")
        now = build(ours, folder)
        build(bare, folder)
        yield Rivals("postgresql", ours, bare, folder, now)


def told(what: str, size: str, engine: str, runs: tuple[Run, Run], goal: float) -> Result:
    """Both runs in a line, and as a result: milliseconds of wall time a request."""
    mine, floor = runs
    say(f"{what} on {engine}: ours {mine.told()}; bare {floor.told()}")
    n = len(mine.waits)
    per = (mine.seconds * 1000 / n, floor.seconds * 1000 / len(floor.waits))
    return Result(what, size, engine, *per, goal, n, "one run each")


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
    port = next(PORTS)
    """The application of this factory in `bench.served`, on a port of its own."""
    told = os.environ | {"BENCH_URL": url, "BENCH_FOLDER": str(folder), "BENCH_NOW": now}
    command = [sys.executable, "-m", "gunicorn", f"bench.served:{factory}()", "--log-level=error"]
    options = ["--workers=2", "--threads=4", f"--bind=127.0.0.1:{port}", "--backlog=256"]
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
    """The first few one by one; the others by 64 clients, each with one request at a time."""
    for sent, cookies in ready[:warm_up]:
        assert ask(port, "POST", sent.path, sent.body, cookies)[0] == 303
    waiting: SimpleQueue[tuple[Sent, str]] = SimpleQueue()
    for each in ready[warm_up:]:
        waiting.put(each)
    waits: list[float] = []
    refused: list[str] = []
    start = threading.Barrier(CLIENTS + 1)

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

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    assert not refused, refused[0]
    return Run(seconds, tuple(sorted(waits)))
