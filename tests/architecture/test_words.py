"""Every refusal has its sentence, the facts that it wants, and a test that hears it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backoffice.messages import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Raised:
    """A refusal as it is written in the code."""

    code: str
    facts: frozenset[str] | None  # None: some are passed on, so they cannot be listed
    place: str


def refusals(source: str, place: str) -> Iterator[Raised]:
    """Every `Refused("code", fact=…)` in a module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in ("Refused", "Unfit"):
            continue
        code = node.args[0]
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            names = {keyword.arg for keyword in node.keywords}
            names |= {"name"} if name == "Unfit" else set()  # added by who was handed the file
            facts = None if None in names else frozenset(str(name) for name in names)
            yield Raised(code.value, facts, f"{place}:{node.lineno}")


def all_refusals() -> list[Raised]:
    """The refusals of the whole product."""
    return [
        raised
        for file in sorted((ROOT / "backoffice").rglob("*.py"))
        for raised in refusals(file.read_text(encoding="utf-8"), str(file.relative_to(ROOT)))
    ]


def test_the_collector_sees_code_and_facts() -> None:
    found = list(refusals('raise Refused("x.y", a=1)\nRefused("x.z", **facts)', "there"))

    assert [(one.code, one.facts) for one in found] == [("x.y", frozenset({"a"})), ("x.z", None)]


def test_every_refusal_has_a_sentence() -> None:
    missing = {raised.code: raised.place for raised in all_refusals()} | {"stale": "use_case"}

    assert {code: place for code, place in missing.items() if code not in SENTENCES} == {}


def test_every_sentence_gets_the_facts_that_it_wants() -> None:
    short = {
        raised.place: (raised.code, sorted(wanted - raised.facts))
        for raised in all_refusals()
        if raised.facts is not None
        and (wanted := set(PLACEHOLDER.findall(str(SENTENCES.get(raised.code, ""))))) - raised.facts
    }

    assert short == {}


@pytest.mark.parametrize("code", sorted({raised.code for raised in all_refusals()}))
def test_a_test_hears_every_refusal(code: str) -> None:
    heard = any(
        f'"{code}"' in file.read_text(encoding="utf-8")
        for file in (ROOT / "tests").rglob("test_*.py")
    )

    assert heard, f"no test names {code}"
