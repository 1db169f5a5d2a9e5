"""A child process for what strangers send in: limited, and without our secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from backoffice.kernel.child import Child, Ended, TooSlow
from backoffice.kernel.refusal import Refused

PROBE = Child("tests.kernel.probe", ())


def test_a_child_answers_with_a_head_and_bytes() -> None:
    head, body = PROBE.ask({"do": "tell"}, b"one\ntwo", seconds=10)

    assert (head["size"], body) == (7, b"one\ntwo!")


def test_a_child_knows_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for strangers")

    head, _ = PROBE.ask({"do": "tell"}, b"", seconds=10)

    assert set(head["environment"]) <= {"PYTHONPATH", "LC_CTYPE"}


def test_a_child_writes_no_file(tmp_path: Path) -> None:
    target = tmp_path / "left-behind"

    head, _ = PROBE.ask({"do": "write", "path": str(target)}, b"something", seconds=10)

    assert head["error"] == "OSError"
    assert not target.exists() or target.stat().st_size == 0


@pytest.mark.parametrize(("deed", "seconds"), [("sleep", 0.5), ("spin", 10)])
def test_a_child_that_takes_too_long_is_ended(deed: str, seconds: float) -> None:
    with pytest.raises(TooSlow):
        PROBE.ask({"do": deed}, b"", seconds=seconds)


@pytest.mark.parametrize(("deed", "said"), [("eat", "MemoryError"), ("leave", "")])
def test_a_child_that_ends_before_its_answer_is_told_of(deed: str, said: str) -> None:
    with pytest.raises(Ended) as ended:
        PROBE.ask({"do": deed}, b"", seconds=10)

    assert ended.value.exit_code != 0
    assert said in ended.value.said


def test_what_a_child_refuses_is_refused_here_with_its_facts() -> None:
    with pytest.raises(Refused) as refusal:
        PROBE.ask({"do": "refuse"}, b"", seconds=10)

    assert (refusal.value.code, refusal.value.facts) == ("probe.refused", {"row": 12})
