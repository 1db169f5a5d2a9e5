"""The world that every run of the model begins with: cases on every floor, and no money left.

Every award brings what it needs into the budget and nothing beyond it, so from the first step on
whoever is decided next is offered a part or waits, until somebody's money comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

from backoffice.access import SYSTEM
from backoffice.cases.models import Case
from backoffice.cases.operations import take_from_queue
from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.scheme import registry
from backoffice.use_case import Office
from tests import given
from tests.given import cases
from tests.model.hands import Hands
from tests.model.hands.cases import LITTLE
from tests.model.hands.desk import LENDING, PAYMENT, ROUNDS, SCHEME, put_budget

RECEIVED = datetime(2023, 12, 1, 10, 0, tzinfo=TAIPEI)
NOW = datetime(2024, 3, 1, 9, 0, tzinfo=TAIPEI)
FAR = datetime(2025, 1, 1, tzinfo=TAIPEI)
LENDABLE = 20_000_000
PLACES = 4  # in each round
LATELY = date(2024, 2, 27)  # in time to be signed, or to lapse
SUBSIDIES = (2_000_000, 2_700_000)  # asked for in turn, so a part is not always the same
ROAD = (
    "QUALIFY",
    "CLOSE_SCORING",
    "AWARD",
    "SIGN_CONTRACT",
    "PASS_MIDTERM",
    "REPORT_CLOSING",
    "PASS_CLOSING",
)
# How far along the road each case begins, in the order in which they are brought there.
SETTLED, CLOSING, SECOND_HALF, ACTIVE, AWARDED, SCORED, IN_REVIEW, QUALIFYING = range(7, -1, -1)
FLOORS = (
    *(SETTLED,) * 2,
    *(CLOSING,) * 2,
    *(SECOND_HALF,) * 3,
    *(ACTIVE,) * 3,
    *(AWARDED,) * 3,
    *(SCORED,) * 4,
    *(IN_REVIEW,) * 2,
    *(QUALIFYING,) * 2,
)
# Settled with little spent, so money must come back: it is to be demanded, it was, it is enforced.
OWING: tuple[tuple[str, ...], ...] = ((), ("DEMAND",), ("DEMAND", "ENFORCE"))
DOUBTFUL = 2  # in eligibility review, with a finding
POINTS = ((95, "30"), (109, "25"), (334, "45"))  # days after the case came in, and weight


def build(office: Office) -> datetime:
    """Bring the cases to where they begin; the instant at which the model goes on."""
    assert isinstance(office.clock, FixedClock)
    office.clock.set(RECEIVED)
    office.perform(put_budget, SYSTEM, SCHEME, Ntd(1), "model")
    office.perform(put_budget, SYSTEM, LENDING, Ntd(LENDABLE), "loans")
    hands = Hands(office)
    count = len(OWING) + len(FLOORS)
    ids = arrive(hands, [False] * count + [True] * DOUBTFUL)
    for case_id, collected in zip(ids, OWING, strict=False):
        _bring(hands, CLOSING, case_id)
        hands.settle(case_id, LITTLE)
        (recovery,) = hands.recoveries(case_id, RecoveryState.PREPARED)
        for event in collected:
            hands.deeds["recovery"][event].make(recovery)
    for case_id, floor in zip(ids[len(OWING) : count], FLOORS, strict=True):
        if floor == AWARDED:
            hands.at_least(LATELY)
        _bring(hands, floor, case_id)
    _open_rounds(hands)
    _lend(hands)
    assert office.clock.now() < NOW
    office.clock.set(NOW)
    return NOW


def _lend(hands: Hands) -> None:
    """Two loans run, one is accepted, and one has come in."""
    first, second, third, *_others = hands.borrowers_apply((False,) * 4 + (True,))
    for case_id in (first, second, third):
        hands.qualify(case_id)
    for case_id in (first, second):
        hands.register(case_id)


@contextmanager
def few_places() -> Iterator[None]:
    """The shipped editions, but with few places, and one round's window open for long."""
    editions = []
    for edition in registry.catalogue():
        if edition.key.scheme in ROUNDS and edition.seats is not None:
            edition = replace(edition, seats=replace(edition.seats, total=PLACES))
        if edition.key.scheme == PAYMENT:
            window = replace(edition.application, closes_at=FAR)
            edition = replace(edition, application=window)
        editions.append(edition)
    with registry.using(registry.Catalogue(editions)):
        yield


def _open_rounds(hands: Hands) -> None:
    """In each round one has its place, one is accepted, and some have applied."""
    for scheme in ROUNDS:
        first, second, *_others = hands.firms_apply(scheme, (False,) * 4 + (True,))
        hands.pay_rest(first)
        for case_id in (first, second):
            hands.qualify(case_id)


def arrive(hands: Hands, doubtful: Sequence[bool]) -> list[int]:
    """Cases come in by one import, received now, and are taken by the officer.

    One for each of `doubtful`, which says whether there is something to be found about it.
    """
    known = hands.count(Case)
    numbers = [f"{SCHEME}-112-{known + place:06d}" for place in range(1, len(doubtful) + 1)]
    submitted = [
        cases.a_submitted_case(
            hands.clock.now(),
            number=number,
            scheme=SCHEME,
            subsidy=SUBSIDIES[place % len(SUBSIDIES)],
            查核點=_points(hands.today),
            **({"工廠登記狀態": "無"} if is_doubtful else {}),
        )
        for place, (number, is_doubtful) in enumerate(zip(numbers, doubtful, strict=True), known)
    ]
    hands.bring_in(submitted)
    ids = [cases.case_id_of(hands.office, number) for number in numbers]
    for case_id in ids:
        hands.office.perform(take_from_queue, given.OFFICER, case_id, hands.version(case_id))
    return ids


def _bring(hands: Hands, floor: int, case_id: int) -> None:
    for event in ROAD[:floor]:
        hands.deeds["case"][event].make(case_id)


def _points(today: date) -> list[dict[str, str]]:
    return [
        {
            "子計畫": "智慧製造",
            "工作項目": f"工作項目{place}",
            "查核項目": f"完成第{place}階段",
            "推動作法": "分段辦理",
            "完成日期": (today + timedelta(days=days)).isoformat(),
            "權重": weight,
        }
        for place, (days, weight) in enumerate(POINTS, start=1)
    ]
