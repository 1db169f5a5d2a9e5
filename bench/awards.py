"""Awards with the money taken, 64 deciders at once over HTTP, against bare guarded updates.

Both applications are served by gunicorn with two workers of four threads; the clients are threads
of this process. The page is fetched beforehand: what is measured is the decision. Each engine once.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
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

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import write_engine
from backoffice.invariants import violations
from backoffice.people.models import Account
from backoffice.people.operations import Visit, open_session, token_digest
from backoffice.use_case import Office
from bench.measure import Result, say
from tests import given, postgres
from tests.given import offices, web
from tests.given import review as world

CASES: Final = 256
CLIENTS: Final = 64
WARM_UP: Final = 16
GOAL: Final = 4.0  # a quarter of the bare rate
TOKEN: Final = "bench-convenor"
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


def results(_cases: int) -> Iterator[Result]:
    """One result for each engine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "office.db"
        now = _build(f"sqlite:///{file}", folder)
        shutil.copy(file, folder / "bare.db")
        yield _result("sqlite", f"sqlite:///{file}", f"sqlite:///{folder / 'bare.db'}", folder, now)
    with tempfile.TemporaryDirectory() as name, postgres.durable_server() as server:
        folder, databases = Path(name), postgres.Postgres(server.url, server.folder, "bench")
        ours, bare = databases.create("ours"), databases.create("bare")
        now = _build(ours, folder)
        _build(bare, folder)
        yield _result("postgresql", ours, bare, folder, now)


def _build(url: str, folder: Path) -> str:
    """Cases that are scored and wait for their decision; the clock's instant."""
    with offices.an_office(url, folder, offices.cheap_hash()) as office:
        for place in range(CASES):
            world.a_scored_case(office, applied=world.Applied(number=f"S01-112-{place:06}"))
        world.a_budget(office, CASES * 2_000_000)
        _sign_in(office)
        return office.clock.now().isoformat()


def _sign_in(office: Office) -> None:
    with Session(office.engine) as session:
        proved = session.execute(
            select(Account.password_hash).where(Account.id == given.CONVENOR.id)
        ).scalar_one()
    visit = Visit(network="127.0.0.1", agent="bench", hours=12)
    office.perform(
        open_session, given.CONVENOR, proved, token_digest(TOKEN), visit, rehashed=proved
    )


def _result(engine: str, ours: str, bare: str, folder: Path, now: str) -> Result:
    with _served("office", ours, folder, now) as port:
        mine = _contest(port, _forms(port, ours))
    with _served("bare", bare, folder, now) as port:
        floor = _contest(port, _bare_requests(bare))
    say(f"awards on {engine}: ours {mine.told()}; bare {floor.told()}")
    _check(ours)
    n = len(mine.waits)
    return Result(
        "award, 64 at once",
        f"{CASES} cases",
        engine,
        mine.seconds * 1000 / n,
        floor.seconds * 1000 / n,
        GOAL,
        n,
        "one run each",
    )


@contextmanager
def _served(factory: str, url: str, folder: Path, now: str) -> Iterator[int]:
    port = next(PORTS)
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
            _ask(port, "GET", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


def _ask(
    port: int, method: str, path: str, body: str = "", cookies: str = ""
) -> tuple[int, str, str]:
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


def _forms(port: int, url: str) -> list[tuple[Sent, str]]:
    """Each case's form as its page fills it in; all under the session of the first page."""
    forms, cookies = [], ""
    for case_id, _scheme, _amount in _waiting(url):
        path = f"/review/cases/{case_id}/decide"
        _status, text, fresh = _ask(port, "GET", path, cookies=cookies)
        cookies = cookies or fresh
        form = BeautifulSoup(text, "html.parser").select_one("main form[method=post]")
        assert form is not None, text[:2000]
        fields = web.filled_in(form) | {"document_number": f"經企字第{case_id}號"}
        forms.append((Sent(path, urlencode(fields, doseq=True)), cookies))
    return forms


def _bare_requests(url: str) -> list[tuple[Sent, str]]:
    return [
        (Sent(f"/award/{scheme}/{case_id}/{amount}", "x=1"), "")
        for case_id, scheme, amount in _waiting(url)
    ]


def _waiting(url: str) -> list[tuple[int, str, int]]:
    engine = write_engine(url)
    with Session(engine) as session:
        found = session.execute(
            select(Case.id, Case.scheme, Case.subsidy_requested)
            .where(Case.state == CaseState.SCORED)
            .order_by(Case.id)
        ).all()
    engine.dispose()
    return [(key, scheme, amount.dollars) for key, scheme, amount in found if amount is not None]


def _contest(port: int, ready: Sequence[tuple[Sent, str]]) -> Run:
    """The first few one by one; the others by 64 clients, each with one request at a time."""
    for sent, cookies in ready[:WARM_UP]:
        assert _ask(port, "POST", sent.path, sent.body, cookies)[0] == 303
    waiting: SimpleQueue[tuple[Sent, str]] = SimpleQueue()
    for each in ready[WARM_UP:]:
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
            status, text, _cookie = _ask(port, "POST", sent.path, sent.body, cookies)
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


def _check(url: str) -> None:
    """Every case was awarded, and nothing is wrong with the books."""
    engine = write_engine(url)
    with Session(engine) as session:
        left = session.execute(select(Case.id).where(Case.state == CaseState.SCORED)).all()
        assert not left, left
        assert not violations(session)
    engine.dispose()
