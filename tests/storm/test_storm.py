"""A short form of `make storm`: 64 clients at every scarce thing, and their story checked."""

from __future__ import annotations

from pathlib import Path

from backoffice.use_case import Office
from tests.given.copies import Copy
from tests.storm.history import OK, Idiom
from tests.storm.rounds import run
from tests.storm.world import SHORT, build

OPERATIONS = 600  # one round


def test_what_64_clients_saw_can_be_explained_by_the_books(
    office: Office, copy_of: Copy, tmp_path: Path
) -> None:
    world = build(office, SHORT, seed=20231120)
    office.engine.dispose()

    storm = run(copy_of, world, tmp_path, operations=OPERATIONS, tries=SHORT.tries, seed=20231120)

    assert storm.faults == []
    assert storm.operations >= OPERATIONS
    assert storm.reads > 0
    assert all(storm.outcomes[idiom, OK] for idiom in Idiom)
