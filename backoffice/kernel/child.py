"""Work on what strangers sent in: done by a child process that may be killed, crash or run dry.

The parent `ask`s a module by name; the module calls `answer` when it is run. Between them go a
line of JSON and bytes, both ways, through pipes. The child knows no settings, no database and no
environment, and once limited it can neither write a file nor start a process.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from backoffice.kernel.refusal import Refused

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SAID_MAX = 2_000

Answer = tuple[dict[str, Any], Sequence[bytes]]


class TooSlow(Exception):
    """The child had used up its time, by the clock or by the processor."""


class Ended(Exception):
    """The child ended before its answer: it crashed, or wanted more memory than it may have."""

    def __init__(self, exit_code: int, said: str) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code
        self.said = said


@dataclass(frozen=True, slots=True)
class Child:
    """A module that is run on its own, and the libraries that it is given beside this project."""

    module: str
    libraries: tuple[str, ...]

    def ask(
        self, request: Mapping[str, object], content: bytes, *, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        """What the child answers within `seconds` of wall time: its head, and the bytes after it.

        Raises what the child refused, `TooSlow` and `Ended`.
        """
        # A clean environment: the child has no use for the keys and addresses of the office.
        # It starts in 50 ms because it reads no site configuration.
        try:
            done = subprocess.run(
                [sys.executable, "-S", "-s", "-P", "-m", self.module],
                input=json.dumps(request).encode() + b"\n" + content,
                capture_output=True,
                timeout=seconds,
                check=False,
                env={"PYTHONPATH": self._search_path()},
            )
        except subprocess.TimeoutExpired as error:
            raise TooSlow from error
        if done.returncode == -signal.SIGXCPU:
            raise TooSlow
        line, end, body = done.stdout.partition(b"\n")
        if done.returncode != 0 or not end:
            raise Ended(done.returncode, done.stderr[-SAID_MAX:].decode("latin-1"))
        head: dict[str, Any] = json.loads(line)
        if "refused" in head:
            code, facts = head["refused"]
            raise Refused(code, **facts)
        return head, body

    def _search_path(self) -> str:
        places = [str(PROJECT_ROOT)]
        for library in self.libraries:
            spec = find_spec(library)
            assert spec is not None
            assert spec.origin is not None
            places.append(str(Path(spec.origin).parents[1]))
        return os.pathsep.join(dict.fromkeys(places))


def answer(work: Callable[[dict[str, Any], Callable[[], bytes]], Answer]) -> None:
    """In the child: answer one request, then end.

    `work` is given the request and a function that reads the content, to be called once the
    process is limited; it returns the head and the bytes, or raises `Refused`.
    """
    request = json.loads(sys.stdin.buffer.readline())
    bodies: Sequence[bytes] = ()
    try:
        head, bodies = work(request, sys.stdin.buffer.read)
    except Refused as refusal:
        head = {"refused": [refusal.code, refusal.facts]}
    sys.stdout.buffer.write(json.dumps(head, ensure_ascii=False).encode() + b"\n")
    for body in bodies:
        sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


def limit_this_process(*, memory_bytes: int, seconds: int) -> None:
    """In the child: no more address space and processor time than this; no file, no process."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        resource.setrlimit(nothing, (0, 0))
