"""A process's share of the play: its own copies of the world, a few runs at a time."""

from __future__ import annotations

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.given.copies import Copy, files
from tests.model.law import Moved
from tests.model.runs import Report, play
from tests.model.world import few_places
from tests.postgres import Postgres

RUNS_AT_A_TIME = 5
TEMPLATE, COPY = "model_template", "model_copy"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a world's template is, and where a process makes its copies."""

    engine: str
    began: datetime
    folder: Path
    server: str = ""

    def copies(self, worker: str) -> Copy:
        """Copies for one process, one after another under the same name: one engine serves them."""
        own = self.folder / worker
        own.mkdir(exist_ok=True)
        if self.engine == "sqlite":
            return files(self.folder / "template.db", own)
        made = Postgres(self.server, self.folder, "model")

        @contextmanager
        def copy() -> Iterator[str]:
            name = f"{COPY}_{worker}"
            yield made.create(name, TEMPLATE)
            made.drop(name)

        return copy


def a_few(place: Place, number: int, seen: Counter[Moved]) -> Report:
    """In a process of its own: a few runs; only what they added."""
    worker = multiprocessing.current_process().name.rsplit("-", 1)[-1]
    so_far = Report(seen=Counter(seen))
    with few_places(), ExitStack() as stack:
        stack.push(_told)
        copy = place.copies(worker)
        play(copy, place.began, runs=RUNS_AT_A_TIME, number=number, so_far=so_far)
    so_far.seen.subtract(seen)
    return so_far


def _told(_kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
    """What went wrong as text, with its story: not every error goes from process to process."""
    if isinstance(error, Exception):
        raise AssertionError("".join(traceback.format_exception(error))) from None
    return False
