"""Many contenders for the last units, in several processes, all let go at one instant.

A contender is a function of this kind: it gets an application on the shared database and its own
number, does one deed, and returns "done" or the code of the refusal. Processes are spawned, so
nothing is shared but the database.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import DBAPIError

from backoffice.app import create_app
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from config import Settings

PROCESSES = 4
THREADS = 16
CONTENDERS = PROCESSES * THREADS
SECONDS_MAX = 120

Contender = Callable[[Flask, int], None]


def contest(url: str, folder: Path, clock: FixedClock, contender: Contender) -> Counter[str]:
    """Let 64 contenders in four processes go at once; how many ended with which outcome."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    outcomes: SimpleQueue[list[str]] = context.SimpleQueue()
    processes = [
        context.Process(
            target=_process, args=(url, folder, clock, contender, number, barrier, outcomes)
        )
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    counted: Counter[str] = Counter()
    for _ in processes:
        counted.update(outcomes.get())
    for process in processes:
        process.join(SECONDS_MAX)
        assert process.exitcode == 0
    return counted


def _process(
    url: str,
    folder: Path,
    clock: FixedClock,
    contender: Contender,
    number: int,
    barrier: Barrier,
    outcomes: SimpleQueue[list[str]],
) -> None:
    settings = Settings(database_url=url, secret_key="races", instance=folder, testing=True)
    app = create_app(settings, clock=clock)
    results: list[str] = []
    ready = threading.Barrier(THREADS + 1)

    def contend(mine: int) -> None:
        ready.wait(SECONDS_MAX)
        try:
            contender(app, mine)
            results.append("done")
        except Refused as refusal:
            results.append(refusal.code)
        except DBAPIError as error:
            results.append(f"{type(error).__name__}: {error}")

    threads = [
        threading.Thread(target=contend, args=(number * THREADS + thread,))
        for thread in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    barrier.wait(SECONDS_MAX)
    ready.wait(SECONDS_MAX)
    for thread in threads:
        thread.join(SECONDS_MAX)
    outcomes.put(results)
