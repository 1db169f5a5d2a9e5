"""The registry finds the right edition, takes new ones from a folder, and notices a change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, EditionKey, InvalidEdition
from tests.scheme.documents import TWELFTH, write_edition

BEGINS = datetime(2023, 2, 21, tzinfo=TAIPEI)
SECOND_BEGINS = datetime(2024, 1, 1, tzinfo=TAIPEI)
SECOND = TWELFTH.replace("number = 1", "number = 2").replace(
    "2023-02-21T00:00:00+08:00", "2024-01-01T00:00:00+08:00"
).replace("2023-05-01T09:00:00+08:00", "2024-05-01T09:00:00+08:00")  # fmt: skip
ENDED = TWELFTH.replace(
    "[applies]\n", '[applies]\nuntil = { value = 2023-12-31T00:00:00+08:00, source = "assumed" }\n'
)


def _faults(directory: Path) -> set[tuple[str, str]]:
    with pytest.raises(InvalidEdition) as problem:
        registry.read_directory(directory)
    return {(fault.path, fault.code) for fault in problem.value.faults}


@pytest.mark.parametrize("name", ["S99/1", "S01/2", "S01", "S01/0", "S01/1/1", "", "/1"])
def test_an_edition_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        registry.edition_named(name)
    assert refusal.value.code == "scheme.unknown"


def test_an_edition_is_found_by_its_written_key() -> None:
    edition = registry.edition_named("S01/1")

    assert edition is registry.edition(EditionKey("S01", 1))
    assert str(edition.key) == "S01/1"
    assert registry.editions_of("S01") == (edition,)


@pytest.mark.parametrize("ask", [registry.in_force, registry.governing])
def test_an_unknown_scheme_is_refused(ask: Callable[[str, datetime], Edition]) -> None:
    with pytest.raises(Refused) as refusal:
        ask("S99", BEGINS)
    assert refusal.value.code == "scheme.unknown"


def test_the_edition_in_force_is_that_of_the_receipt_even_after_the_window_closed() -> None:
    late = datetime(2024, 6, 1, tzinfo=UTC)

    assert registry.in_force("S01", BEGINS).key == EditionKey("S01", 1)
    assert registry.in_force("S01", late).key == EditionKey("S01", 1)
    assert not registry.in_force("S01", late).window.is_open_at(late)


def test_before_the_first_edition_a_scheme_is_closed_but_a_case_can_still_be_judged() -> None:
    early = BEGINS - timedelta(microseconds=1)

    with pytest.raises(Refused) as refusal:
        registry.in_force("S01", early)
    assert refusal.value.code == "scheme.closed"
    assert registry.governing("S01", early).key == EditionKey("S01", 1)


def test_a_twelfth_scheme_answers_while_its_folder_is_loaded(tmp_path: Path) -> None:
    write_edition(tmp_path, "S12/1", TWELFTH)

    with registry.load_directory(tmp_path):
        assert registry.schemes()[-1] == "S12"
        assert registry.edition_named("S12/1").seats is not None
        assert registry.edition_named("S01/1").seats is None

    assert "S12" not in registry.schemes()


def test_a_successor_ends_an_edition_that_states_no_end(tmp_path: Path) -> None:
    write_edition(tmp_path, "S12/1", TWELFTH)
    write_edition(tmp_path, "S12/2", SECOND)

    with registry.load_directory(tmp_path):
        before = SECOND_BEGINS - timedelta(microseconds=1)
        assert registry.in_force("S12", before).key.number == 1
        assert registry.in_force("S12", SECOND_BEGINS).key.number == 2
        assert [each.key.number for each in registry.editions_of("S12")] == [1, 2]


def test_between_two_editions_a_scheme_is_closed_and_the_earlier_still_judges(
    tmp_path: Path,
) -> None:
    write_edition(tmp_path, "S12/1", ENDED)
    write_edition(tmp_path, "S12/2", SECOND)

    with registry.load_directory(tmp_path):
        between = SECOND_BEGINS - timedelta(hours=1)
        with pytest.raises(Refused) as refusal:
            registry.in_force("S12", between)
        assert refusal.value.code == "scheme.closed"
        assert registry.governing("S12", between).key.number == 1


@pytest.mark.parametrize(
    "second",
    [
        SECOND.replace("2024-01-01", "2023-02-21"),
        SECOND.replace("2024-01-01", "2023-02-20"),
    ],
)
def test_two_editions_that_begin_together_or_backwards_overlap(tmp_path: Path, second: str) -> None:
    write_edition(tmp_path, "S12/1", TWELFTH)
    write_edition(tmp_path, "S12/2", second)

    assert _faults(tmp_path) == {("S12/2", "overlap")}


def test_an_edition_that_begins_before_the_stated_end_of_another_overlaps(tmp_path: Path) -> None:
    write_edition(tmp_path, "S12/1", ENDED.replace("2023-12-31", "2024-01-02"))
    write_edition(tmp_path, "S12/2", SECOND)

    assert _faults(tmp_path) == {("S12/2", "overlap")}


def test_the_same_key_twice_is_a_fault() -> None:
    with pytest.raises(InvalidEdition, match="duplicate_key"):
        registry.shipped().joined(registry.shipped())


def test_a_file_in_the_wrong_place_is_a_fault(tmp_path: Path) -> None:
    write_edition(tmp_path, "S12/2", TWELFTH)

    assert _faults(tmp_path) == {("S12/2", "misplaced")}


def test_the_faults_of_every_file_are_told_together(tmp_path: Path) -> None:
    write_edition(tmp_path, "S12/1", TWELFTH.replace('title_zh = "試辦方案"\n', ""))
    write_edition(tmp_path, "S13/1", "this is not = = toml")

    assert _faults(tmp_path) == {("S12/1: title_zh", "missing"), ("S13/1: ", "not_toml")}


def _sealed(directory: Path) -> None:
    lines = [f'"{name}" = "{digest}"' for name, digest in registry.seals(directory).items()]
    (directory / "seals.toml").write_text("\n".join(lines), encoding="utf-8")


def _problems(directory: Path) -> tuple[str, ...]:
    with pytest.raises(registry.BrokenSeal) as problem:
        registry.verify_seals(directory)
    return problem.value.problems


def test_a_sealed_edition_verifies(tmp_path: Path) -> None:
    write_edition(tmp_path, "S12/1", TWELFTH)
    _sealed(tmp_path)

    registry.verify_seals(tmp_path)


def test_one_changed_byte_breaks_the_seal(tmp_path: Path) -> None:
    write_edition(tmp_path, "S12/1", TWELFTH)
    _sealed(tmp_path)
    write_edition(tmp_path, "S12/1", f"{TWELFTH}\n")

    assert _problems(tmp_path) == ("S12/1: changed since it was sealed",)


def test_an_edition_without_a_seal_and_a_seal_without_an_edition_are_both_told(
    tmp_path: Path,
) -> None:
    write_edition(tmp_path, "S12/1", TWELFTH)
    _sealed(tmp_path)
    (tmp_path / "S12" / "1.toml").unlink()
    write_edition(tmp_path, "S12/2", SECOND)

    assert _problems(tmp_path) == ("S12/2: no seal", "S12/1: no file")


def test_without_any_seals_nothing_is_taken_on_trust(tmp_path: Path) -> None:
    assert _problems(tmp_path) == ("seals.toml: no file",)
