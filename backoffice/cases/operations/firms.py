"""A firm has one place 名額 of a round, by one case: what another of its cases comes upon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backoffice.cases.models import Case
from backoffice.cases.operations.giving import hold, round_of
from backoffice.cases.queries.seatboard import firms_in_line
from backoffice.use_case import Act


def in_the_way(act: Act, cases: Sequence[Case]) -> Mapping[int, str]:
    """Cases to which no place can be due, each with the firm's other case that has its claim.

    Of two of these cases of one firm the first counts. The database refuses a second claim, and
    hardly a firm tries: so nobody looks before it has refused, and this is empty till then.
    """
    if act.attempt == 1:
        return {}
    rounds = {case.edition: each for case in cases if (each := round_of(case)) is not None}
    found: dict[int, str] = {}
    for name, edition in sorted(rounds.items()):
        hold(act, edition)
        mine = [case for case in cases if case.edition == name]
        claimed = dict(firms_in_line(act.session, name, [case.ubn for case in mine]))
        for case in mine:
            other = claimed.setdefault(case.ubn, case.number)
            if other != case.number:
                found[case.id] = other
    return found
