"""The world that every run of the model begins with: cases on every floor, too little money."""

from __future__ import annotations

from datetime import date, datetime

from backoffice.access import SYSTEM, Permission
from backoffice.cases.operations import take_from_queue
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.ledger.operations import allot, appropriate
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.given import cases
from tests.model.hands import Hands
from tests.model.hands.desk import SCHEME

RECEIVED = datetime(2023, 12, 1, 10, 0, tzinfo=TAIPEI)
NOW = datetime(2024, 3, 1, 9, 0, tzinfo=TAIPEI)
LATELY = date(2024, 2, 27)
SUBSIDY = 2_000_000
# How many cases begin in which state, in the order in which they are brought there.
SETTLED, CLOSING, SECOND_HALF, ACTIVE, AWARDED, SCORED, IN_REVIEW, QUALIFYING, DOUBTFUL = range(9)
COUNTS = (3, 3, 3, 4, 3, 3, 2, 2, 2)
AWARDS = sum(COUNTS[: AWARDED + 1])
BUDGET = SUBSIDY * AWARDS + SUBSIDY // 2  # the next award is covered in part
ROAD = (
    "QUALIFY",
    "CLOSE_SCORING",
    "AWARD",
    "SIGN_CONTRACT",
    "PASS_MIDTERM",
    "REPORT_CLOSING",
    "PASS_CLOSING",
)
POINTS = (("2024-03-06", "30"), ("2024-03-20", "25"), ("2024-10-31", "45"))


@use_case("test.model_budget", requires=Permission.SYSTEM)
def put_budget(act: Act) -> None:
    """All the money that there is, and enough of it allotted."""
    appropriate(act, SCHEME, Ntd(BUDGET), key="budget:model", memo="法定預算")
    allot(act, SCHEME, Ntd(BUDGET), key="allotment:model", memo="分配預算")


def build(office: Office) -> datetime:
    """Bring the cases to where they begin; the instant at which the model goes on."""
    assert isinstance(office.clock, FixedClock)
    office.clock.set(RECEIVED)
    office.perform(put_budget, SYSTEM)
    hands = Hands(office)
    floors = [floor for floor, count in enumerate(COUNTS) for _ in range(count)]
    ids = [_import(hands, floor, place) for place, floor in enumerate(floors, start=1)]
    for floor, case_id in zip(floors, ids, strict=True):
        if floor == AWARDED:
            hands.at_least(LATELY)  # in time to be signed, or to lapse
        _bring(hands, floor, case_id)
    assert office.clock.now() < NOW
    office.clock.set(NOW)
    return NOW


def _import(hands: Hands, floor: int, place: int) -> int:
    changes = {"工廠登記狀態": "無"} if floor == DOUBTFUL else {}
    number = f"{SCHEME}-112-{place:06d}"
    case_id = cases.an_imported_case(
        hands.office, number=number, scheme=SCHEME, subsidy=SUBSIDY, 查核點=_points(), **changes
    )
    version = cases.version_of(hands.office, case_id)
    hands.office.perform(take_from_queue, given.OFFICER, case_id, version)
    return case_id


def _bring(hands: Hands, floor: int, case_id: int) -> None:
    lengths = {SETTLED: 7, CLOSING: 6, SECOND_HALF: 5, ACTIVE: 4, AWARDED: 3, SCORED: 2}
    for event in ROAD[: lengths.get(floor, 1 if floor == IN_REVIEW else 0)]:
        move = hands.deeds["case"][event]
        move.before(case_id)
        move.deed(case_id)


def _points() -> list[dict[str, str]]:
    return [
        {
            "子計畫": "智慧製造",
            "工作項目": f"工作項目{place}",
            "查核項目": f"完成第{place}階段",
            "推動作法": "分段辦理",
            "完成日期": day,
            "權重": weight,
        }
        for place, (day, weight) in enumerate(POINTS, start=1)
    ]
