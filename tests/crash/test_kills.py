"""A short form of `make crash`: processes killed in the middle of money, and the books asked."""

from __future__ import annotations

from backoffice.use_case import Office
from tests.crash.kills import run
from tests.crash.life import build
from tests.given.copies import Copy

KILLS = 24


def test_a_process_killed_at_any_instant_leaves_the_books_right(
    office: Office, copy_of: Copy
) -> None:
    world = build(office)
    office.engine.dispose()

    count = run(copy_of, world, KILLS, seed=20231122)

    assert count.faults == []
    assert count.kills == KILLS
    assert 5 * count.inside >= count.kills, str(count)
    assert count.acknowledged > 0
