"""The figures by name: what each is, at any moment, and that the segments sum to the limit."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.disbursement.rules.endings import EndingKind
from backoffice.disbursement.rules.recoveries import Disposition
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd, total
from backoffice.ledger.models import LedgerTransfer
from backoffice.ledger.rules import BUDGET_STAGES, SOURCES, Stage
from backoffice.reports.queries.figures import figures_of, stages_then
from backoffice.reports.rules.figures import FIGURES, FigureName, Figures, Payable
from backoffice.use_case import Office
from tests.given import disbursement as world
from tests.given import recoveries as owed
from tests.given import sheets

N = FigureName
THOUSAND = 1_000
SEGMENTS = tuple(stage for stage in BUDGET_STAGES if stage not in SOURCES)


def of(office: Office, as_of: date | None = None) -> Figures:
    with Session(office.engine) as session:
        return figures_of(session, "S01", as_of=as_of)


def shown(found: Figures) -> dict[str, int]:
    return {name.value: found.amount(name).dollars for name in N if not FIGURES[name].is_rate}


def made_of(payable: Payable, **stages: int) -> Figures:
    return Figures("S01", {Stage(name): Ntd(amount) for name, amount in stages.items()}, payable)


@pytest.mark.scenario("A77")
def test_the_test_vector_of_the_budget_centre() -> None:
    # 12,365 of what is carried over is payable, and is counted once.
    found = made_of(
        Payable(Ntd(12_365 * THOUSAND), Ntd(12_365 * THOUSAND)),
        appropriation=1_378_000 * THOUSAND,
        disbursed=705_804 * THOUSAND,
        carried_over=(659_831 + 12_365) * THOUSAND,
    )

    assert found.rate_bp(N.RATE_A) == 5212
    assert found.amount(N.FINAL) == Ntd(1_378_000 * THOUSAND)
    assert found.amount(N.CARRIED) == Ntd(659_831 * THOUSAND)
    assert found.amount(N.SURPLUS) == Ntd(0)


@each(part=st.integers(0, 10**12), whole=st.integers(1, 10**12))
def test_a_rate_is_rounded_half_up_by_whole_numbers_only(part: int, whole: int) -> None:
    rate = made_of(Payable(), appropriation=whole, disbursed=part).rate_bp(N.RATE_A)

    assert rate is not None
    assert (2 * rate - 1) * whole <= 20_000 * part < (2 * rate + 1) * whole


def test_what_went_to_the_treasury_was_realised_all_the_same() -> None:
    found = made_of(Payable(), appropriation=100, disbursed=60, recovered=10, available=30)

    assert found.amount(N.REALISED) == Ntd(70)
    assert found.amount(N.COMMITTED) == Ntd(70)


def test_every_figure_by_name_while_a_payment_is_at_the_bank(office: Office) -> None:
    sheets.a_sent_sheet(office, 3_000_000)

    assert shown(of(office)) == {
        "budget": 100_000_000,
        "allotments": 50_000_000,
        "commitments": 3_000_000,
        "contracts": 3_000_000,
        "payable": 1_500_000,
        "realised": 0,
        "carried": 0,
        "final": 1_500_000,
        "surplus": 98_500_000,
    }


def test_a_payable_part_of_what_is_carried_over_is_counted_once(office: Office) -> None:
    case_id = world.a_verified_claim(office)
    world.at(office, date(2023, 12, 20))
    owed.carry(office, case_id, date(2023, 12, 20))

    found = shown(of(office))

    assert (found["payable"], found["carried"], found["final"]) == (1_500_000, 1_500_000, 3_000_000)


def test_a_past_day_shows_what_that_day_showed(office: Office, clock: FixedClock) -> None:
    steps = (
        lambda: world.a_verified_claim(office),
        lambda: owed.carry(office, 1, clock.now().date()),
        lambda: _pay(office),
        lambda: None,
    )
    seen: list[tuple[date, dict[str, int]]] = []
    for step in steps:
        step()
        seen.append((clock.now().date(), shown(of(office))))
        clock.set(clock.now() + timedelta(days=1))

    assert [(day, shown(of(office, day))) for day, _found in seen] == seen


def _pay(office: Office) -> None:
    tranche = world.tranches(office, 1)[0]
    sheet_id = sheets.make(office, [tranche.id])
    sheets.check(office, sheet_id)
    sheets.an_allotment(office)
    sheets.approve(office, sheet_id)
    sheets.send(office, sheet_id)
    on = office.clock.now().date()
    lines = sheets.line_rows(office, sheet_id)
    sheets.settle(office, sheet_id, *(sheets.paid(line, on) for line in lines))


def test_a_case_that_ended_is_owed_nothing_from_that_day_on(
    office: Office, clock: FixedClock
) -> None:
    case_id = world.a_verified_claim(office)
    day = clock.now().date()
    clock.set(clock.now() + timedelta(days=1))
    owed.the_firm_gives_up(office, case_id, clock.now().date())
    ended = clock.now().date()
    proposed = owed.proposal(EndingKind.TERMINATION, ended)
    due = ended + timedelta(days=30)
    owed.end(office, case_id, proposed, Disposition(Letter("處-1", ended), due))

    assert of(office, day).amount(N.PAYABLE) == Ntd(1_500_000)
    assert of(office, ended).amount(N.PAYABLE) == of(office).amount(N.PAYABLE) == Ntd(0)


def test_the_segments_sum_to_the_limit_at_every_event(office: Office) -> None:
    world.at(office, date(2023, 5, 1))
    case_id = owed.a_clawback(office)
    world.at(office, date(2024, 5, 6))
    owed.demand(office, case_id)
    owed.receive(office, case_id, 100_000, date(2024, 5, 6))

    with Session(office.engine) as session:
        instants = sorted(set(session.scalars(select(LedgerTransfer.at))))
        for instant in instants:
            for scheme, stages in stages_then(session, _after(instant)).items():
                segments = total(stages.get(stage, Ntd(0)) for stage in SEGMENTS)
                assert segments == stages.get(Stage.APPROPRIATION, Ntd(0)), (scheme, instant)
        assert stages_then(session, _after(instants[-1]))["S01"][Stage.DISBURSED] > Ntd(0)


def _after(instant: datetime) -> datetime:
    return instant + timedelta(microseconds=1)
