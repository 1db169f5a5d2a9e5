"""The other grant schemes of the story: each has cases at every step, by its edition alone.

`begin`, `midterms`, `closings` and `late_ones` are chapters at four points of the story; between
them the clock goes on. Every chapter works for any grant scheme that the catalogue holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from sqlalchemy import select

from backoffice.cases.models import BudgetLine
from backoffice.demo import sheets
from backoffice.demo.casting import Chosen
from backoffice.demo.papers import paper
from backoffice.demo.stage import Stage
from backoffice.disbursement.models import ConsortiumMember
from backoffice.disbursement.operations.closing import show_condition
from backoffice.disbursement.operations.outcomes import enter_targets, let_partner_leave
from backoffice.disbursement.operations.spending import enter_spending
from backoffice.disbursement.rules.settlement import Invoice
from backoffice.disbursement.rules.stages import Letter, conditions_of
from backoffice.disbursement.rules.targets import Achieved
from backoffice.kernel.money import Ntd, total
from backoffice.reports.operations import enter_allotment, enter_appropriation
from backoffice.scheme import registry
from backoffice.scheme.rules import ClosingCondition, Edition, Flow, Metric, SchemeKey

PASSES = ((82, 78, 80), (76, 74, 79), (80, 72, 77))


class Fate(IntEnum):
    """How far a case comes until the story ends; each has been everything before it."""

    IN_REVIEW = 1
    SCORED = 2
    ACTIVE = 4
    PAID_ONCE = 5
    CLOSING = 6
    OWING = 7  # settled on less than was paid
    CLOSED = 8


FATES = (
    Fate.CLOSED,
    Fate.PAID_ONCE,
    Fate.PAID_ONCE,
    Fate.CLOSING,
    Fate.ACTIVE,
    Fate.SCORED,
    Fate.IN_REVIEW,
    Fate.OWING,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A case of the story and what becomes of it."""

    case_id: int
    fate: Fate


def budget(stage: Stage, scheme: SchemeKey, cast: Chosen) -> None:
    """Money for those on the straight road, and for nine tenths of the first in line.

    What ends early gives back what it had before the others are decided.
    """
    # The one that gave up keeps its money till its end.
    kept = (cast.early[1], *_awarded(cast))
    wanted = total(stage.case(case_id).subsidy_requested for case_id in kept)
    enough = wanted + Ntd(stage.case(cast.line[0]).subsidy_requested.dollars * 9 // 10)
    person, day = stage.cast.accounting, stage.today
    for deed, letter in (
        (enter_appropriation, "主預字第1121003號"),
        (enter_allotment, "主預字第1121004號"),
    ):
        stage.office.perform(deed, person, scheme, enough, letter, day, "特別預算")


def begin(stage: Stage, chosen: Mapping[SchemeKey, Chosen], day: date) -> list[Told]:
    """The first cases of every other grant scheme are judged, awarded and signed."""
    told = [
        Told(case_id, fate)
        for cast in chosen.values()
        for case_id, fate in zip(cast.plain, FATES, strict=True)
    ]
    stage.at(day)
    signed = list(_at_least(told, Fate.ACTIVE))
    _to_the_award(stage, signed)
    for one in signed:
        stage.contract(one.case_id)
    return told


def others() -> tuple[SchemeKey, ...]:
    """The grant schemes beside the first of the catalogue, in which the main story plays."""
    _first, *rest = registry.schemes()
    return tuple(scheme for scheme in rest if registry.editions_of(scheme)[-1].flow is Flow.GRANT)


def late_ones(stage: Stage, told: Sequence[Told], day: date) -> None:
    """Cases that nobody had come to yet: judged, scored, awarded, as far as each is to come."""
    stage.at(day)
    _to_the_award(stage, [one for one in told if one.fate < Fate.ACTIVE])


def _to_the_award(stage: Stage, told: Sequence[Told]) -> None:
    for one in told:
        stage.take(one.case_id)
        stage.judge(one.case_id)
        stage.seat(one.case_id)
    for one in _at_least(told, Fate.SCORED):
        stage.score(one.case_id, PASSES)
        stage.close(one.case_id)
    for one in _at_least(told, Fate.ACTIVE):
        stage.award(one.case_id)


def midterms(stage: Stage, told: Sequence[Told], day: date) -> None:
    """Half of the work is done, and the first tranche is paid, a sheet for each scheme."""
    stage.at(day)
    ready = list(_at_least(told, Fate.PAID_ONCE))
    for one in ready:
        stage.achieve(one.case_id, 5_000)
        stage.pass_midterm(one.case_id)
        stage.claim(one.case_id, 1)
        stage.verify(one.case_id, 1)
    _pay(stage, ready, 1)


def closings(stage: Stage, told: Sequence[Told], day: date) -> None:
    """One case of each scheme is closed; another waits in its closing review, something amiss."""
    stage.at(day)
    for one in _at_least(told, Fate.CLOSING):
        stage.achieve_rest(one.case_id)
        stage.report_closing(one.case_id)
        _spend(stage, one.case_id, 30 if one.fate is Fate.OWING else 100)
        is_done = one.fate is not Fate.CLOSING
        _reach(stage, one.case_id, short=not is_done)
        if is_done:
            _show_papers(stage, one.case_id)
        else:
            _lose_a_partner(stage, one.case_id)
    for one in _at_least(told, Fate.OWING):
        stage.pass_closing(one.case_id)
    done = list(_at_least(told, Fate.CLOSED))
    for one in done:
        stage.claim(one.case_id, 2)
        stage.verify(one.case_id, 2)
    _pay(stage, done, 2)


def _at_least(told: Sequence[Told], fate: Fate) -> Iterator[Told]:
    return (one for one in told if one.fate >= fate)


def _awarded(cast: Chosen) -> Iterator[int]:
    for case_id, fate in zip(cast.plain, FATES, strict=True):
        if fate >= Fate.ACTIVE:
            yield case_id


def _pay(stage: Stage, ready: Sequence[Told], number: int) -> None:
    """A sheet for each scheme, made, checked, approved, sent and settled."""
    for scheme in others():
        cases = [one.case_id for one in ready if stage.case(one.case_id).scheme == scheme]
        if cases:
            sheet = sheets.made(stage, cases, number, stage.today)
            sheets.sent(stage, sheet, stage.today)
            sheets.settled(stage, sheet, stage.today)


def _edition(stage: Stage, case_id: int) -> Edition:
    return registry.edition_named(stage.case(case_id).edition)


def _spend(stage: Stage, case_id: int, percent: int) -> None:
    """One invoice a category, of so much per cent of what was approved."""
    lines = stage.rows(select(BudgetLine).where(BudgetLine.case_id == case_id))
    for place, line in enumerate(lines, start=1):
        amount = Ntd((line.subsidy + line.self_fund).dollars * percent // 100)
        if amount:
            invoice = Invoice(
                category=line.category,
                number=f"CD{case_id:05}{place:03}",
                invoice_on=stage.today - timedelta(days=40),
                paid_on=stage.today - timedelta(days=20),
                amount=amount,
                is_complete=True,
                vendor="順永金屬工業社",
            )
            stage.office.perform(enter_spending, stage.cast.officer, case_id, invoice)


def _reach(stage: Stage, case_id: int, *, short: bool) -> None:
    """What was achieved of each target: what was promised, or one visit too few."""
    case = stage.case(case_id)
    variant = _edition(stage, case_id).variant(case.variant)
    if not variant.targets:
        return
    values = {
        target.metric: max(target.value, case.targets.get(target.metric.value) or 0)
        for target in variant.targets
    }
    if short:
        last = next(each for each in variant.targets if each.metric is not Metric.SERVICES)
        values[last.metric] = last.value - 1
    stage.office.perform(
        enter_targets,
        stage.cast.officer,
        case_id,
        case.version,
        tuple(Achieved(metric, value) for metric, value in values.items()),
        paper("達成值佐證"),
    )


def _show_papers(stage: Stage, case_id: int) -> None:
    """The papers of the closing conditions, but for the targets, which have theirs."""
    for condition in conditions_of(_edition(stage, case_id)):
        if condition is not ClosingCondition.TARGETS_MET:
            stage.office.perform(
                show_condition,
                stage.cast.officer,
                case_id,
                stage.case(case_id).version,
                condition.value,
                paper("結案條件證明"),
            )


def _lose_a_partner(stage: Stage, case_id: int) -> None:
    """In a consortium, one partner too many has left."""
    partners = stage.rows(
        select(ConsortiumMember)
        .where(ConsortiumMember.case_id == case_id, ConsortiumMember.is_centre.is_(False))
        .order_by(ConsortiumMember.position)
        .limit(1)
    )
    for partner in partners:
        letter = Letter(f"{partner.ubn[-4:]}字第{case_id:04}號", stage.today)
        stage.office.perform(
            let_partner_leave,
            stage.cast.officer,
            partner.id,
            partner.version,
            letter,
            "停止營業，退出合作。",
        )
