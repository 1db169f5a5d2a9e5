"""`make model`: the full counts. Prints its seed, then steps and moves of each engine.

The steps of an engine are shared out among processes, each with its own seed and its own copies of
the same world; what they saw is added together.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from datetime import datetime
from pathlib import Path

from tests.given import offices
from tests.model.law import LATER, Moved, moves
from tests.model.runs import Report
from tests.model.shares import TEMPLATE, Place, a_few
from tests.model.world import build, few_places
from tests.postgres import Postgres, own_server

LEAST = 20
MORE = 5  # a fifth more steps at most, while a move was made less often
FEW = 5


def main() -> int:
    """Play until the steps are made and every move was seen often enough; 0 when all held."""
    parser = argparse.ArgumentParser(prog="make model", description=__doc__)
    parser.add_argument("--sqlite", type=int, default=50_000, help="steps on SQLite")
    parser.add_argument("--postgresql", type=int, default=20_000, help="steps on PostgreSQL")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    processors = multiprocessing.cpu_count()
    parser.add_argument("--workers", type=int, default=processors, help="processes side by side")
    asked = parser.parse_args()
    say(f"seed {asked.seed}, {asked.workers} processes")
    seldom: list[Moved] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.sqlite:
            began = _built(f"sqlite:///{folder / 'template.db'}", folder)
            seldom += _play(Place("sqlite", began, folder), asked.sqlite, asked)
        if asked.postgresql:
            with own_server() as server:
                made = Postgres(server.url, server.folder, "model")
                began = _built(made.create(TEMPLATE), folder)
                place = Place("postgresql", began, folder, server.url)
                seldom += _play(place, asked.postgresql, asked)
    return 1 if seldom else 0


def _built(url: str, folder: Path) -> datetime:
    with few_places(), offices.an_office(url, folder, offices.cheap_hash()) as office:
        return build(office)


def _play(place: Place, steps: int, asked: argparse.Namespace) -> list[Moved]:
    """Play so many steps; the moves made too seldom. What was counted is told however it ends."""
    since = time.monotonic()
    report = Report()
    try:
        _share_out(place, steps, asked, report)
    finally:
        seconds = time.monotonic() - since
        pace = report.count / seconds
        say(
            f"{place.engine}: {report.count} steps in {seconds:.0f} s ({pace:.1f} a second), "
            "every invariant after each"
        )
        _say_counts(report)
        _say_missed(place.engine, report)
    return [move for move, _count in report.seldom(LEAST)]


def _share_out(place: Place, steps: int, asked: argparse.Namespace, report: Report) -> None:
    """A few runs at a time to whoever is free, with what all have seen so far."""
    number = asked.seed
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.workers, mp_context=spawn) as pool:
        waiting: set[Future[Report]] = set()
        while waiting or _goes_on(report, steps):
            while _goes_on(report, steps) and len(waiting) < asked.workers:
                waiting.add(pool.submit(a_few, place, number, report.seen))
                number += 1
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                report.add(future.result())
            _say_missed(place.engine, report)


def _goes_on(report: Report, steps: int) -> bool:
    if report.count < steps:
        return True
    return bool(report.seldom(LEAST)) and report.count < steps + steps // MORE


def _say_missed(name: str, report: Report) -> None:
    missed = report.seldom(LEAST)
    few = ", ".join(f"{' '.join(move)}: {count}" for move, count in missed[:FEW])
    few = f" ({few})" if few and len(missed) <= FEW else ""
    say(f"{name}: {report.count} steps; {len(missed)} moves made less than {LEAST} times{few}")


def _say_counts(report: Report) -> None:
    for kind, count in sorted(report.steps.items()):
        say(f"  {count:7} {kind}")
    say(f"the {len(moves())} moves that somebody can make:")
    for move in moves():
        mark = " SELDOM" if report.seen[move] < LEAST else ""
        say(f"  {report.seen[move]:7} {' '.join(move)}{mark}")
    later = {" ".join(move): reason for move, reason in LATER.items()}
    for written, reason in sorted(later.items()):
        say(f"    later {written}: {reason}")


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
