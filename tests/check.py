"""The gates every commit passes: `check.py` the quick ones, `check.py --all` everything.

Each gate is a command. All of them run, whatever an earlier one said; the exit status is 1 if any
failed. The full run also brings what the tests need, and runs every test on both cores.
With CI=true a test that would be skipped fails instead (see `strict.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SECONDS_PER_TEST_MAX = 300


@dataclass(frozen=True, slots=True)
class Gate:
    """One command that must exit with 0."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one gate, and how long it took."""

    gate: Gate
    passed: bool
    seconds: float


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


def module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def tests(everything: bool, unattended: bool) -> tuple[str, ...]:
    """The pytest command; the quick selection leaves out browsers and PostgreSQL."""
    full = ("--engine=both", "--durations=15")
    quick = ("-m", "not browser and not postgres")
    return module(
        "pytest",
        "-n2",
        "--dist=loadfile",
        f"--timeout={SECONDS_PER_TEST_MAX}",
        *(full if everything else quick),
        *(("-p", "tests.strict") if unattended else ()),
    )


def gates(everything: bool, unattended: bool) -> Iterator[Gate]:
    """The gates in the order in which they run: what answers soonest comes first."""
    if everything:
        yield Gate("needs", module("tests.provide"))
    yield Gate("format", tool("ruff", "format", "--check", "."))
    yield Gate("lint", tool("ruff", "check", "."))
    yield Gate("addresses", module("tests.addresses"))
    yield Gate("contracts", tool("lint-imports"))
    yield Gate("types", tool("mypy"))
    if any((ROOT / "templates").rglob("*.html")):
        yield Gate("templates", tool("djlint", "templates", "--lint", "--quiet"))
    # Compiled before the tests: the pages are tested in both languages.
    if any((ROOT / "backoffice" / "translations").rglob("*.po")):
        catalogues = str(Path("backoffice", "translations"))
        yield Gate("messages", tool("pybabel", "--quiet", "compile", "--directory", catalogues))
    yield Gate("tests", tests(everything, unattended))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def passes(gate: Gate) -> Outcome:
    """Run one gate; its output goes straight to the reader."""
    say(f"\n── {gate.name} ──")
    began = perf_counter()
    finished = subprocess.run(gate.command, cwd=ROOT, check=False)
    seconds = perf_counter() - began
    say(f"── {gate.name}: {'passed' if finished.returncode == 0 else 'FAILED'}, {seconds:.1f} s ──")
    return Outcome(gate, finished.returncode == 0, seconds)


def main() -> int:
    """Run the gates and say at the end which of them failed."""
    unknown = set(sys.argv[1:]) - {"--all"}
    if unknown:
        say(f"unknown: {' '.join(sorted(unknown))}; known: --all")
        return 2
    everything = "--all" in sys.argv
    unattended = os.environ.get("CI") == "true"
    outcomes = [passes(gate) for gate in gates(everything, unattended)]
    say("")
    for outcome in outcomes:
        word = "passed" if outcome.passed else "FAILED"
        say(f"{word}  {outcome.gate.name:<10} {outcome.seconds:6.1f} s")
    say(f"{'':6}  {'together':<10} {sum(outcome.seconds for outcome in outcomes):6.1f} s")
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
