"""The kept counts against the cases: compared by the worker, and put right where they differ.

They differ where a release that does not keep them yet wrote beside one that does.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Permission
from backoffice.cases.models import CaseCount, OfficerLoad, moves_of
from backoffice.cases.queries.counts import load_differences, state_differences
from backoffice.db import hold_for_writing
from backoffice.ledger.operations import is_check_due
from backoffice.use_case import Act, Office, use_case


@use_case("case.recount", requires=Permission.SYSTEM)
def recount(act: Act) -> int:
    """Put the kept counts right; how many were wrong."""
    # Whoever moves a case now waits until the counts are right, and adds its moves to them then.
    hold_for_writing(act.session, CaseCount, OfficerLoad)
    moves = moves_of(act.session)
    states, loads = state_differences(act.session), load_differences(act.session)
    moves.states.update(states)
    moves.loads.update(loads)
    for (scheme, state), cases in states.items():
        act.record("case_count", None, None, scheme=scheme, state=state, cases=cases)
    for officer_id, cases in loads.items():
        act.record("officer_load", officer_id, None, cases=cases)
    return len(states) + len(loads)


def recount_in_time(office: Office) -> None:
    """The worker's part, whenever the books are walked through: most often there is nothing."""
    with Session(office.engine) as session:
        if not is_check_due(session, office.clock.now()):
            return
        right = not state_differences(session) and not load_differences(session)
    if not right:
        office.perform(recount, SYSTEM)
