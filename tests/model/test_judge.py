"""The model's judge misses no fault, although it does not ask for everything each time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import event

from tests.given import offices
from tests.invariants.planting import planted
from tests.invariants.test_planted_faults import FAULTS
from tests.model.judge import Judge
from tests.model.world import build, few_places

BOOKS = ("I-01", "I-02", "I-03", "I-30", "I-34", "I-35")  # in several tables


def test_a_fault_between_two_steps_is_found_and_nothing_is_asked_where_nothing_was_written(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    with few_places(), offices.an_office(url, tmp_path, offices.cheap_hash()) as office:
        build(office)
        judge = Judge(office.engine)
        assert judge.broken() == []

        asked: list[str] = []
        event.listen(
            office.engine,
            "before_cursor_execute",
            lambda _connection, _cursor, statement, *_others: asked.append(statement),
        )
        assert judge.broken() == []
        assert [each for each in asked if each.startswith(("SELECT", "WITH"))] == []

        for number in BOOKS:
            planted(office.engine, FAULTS[number])
            assert any(found[0].startswith(number) for found in judge.broken()), number
