"""貸款登記: a loan is confirmed and its subsidy committed; its balance moves; its rate floats."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseEvent
from backoffice.disbursement.models import LoanMovement, ReferenceRate, RegisteredLoan
from backoffice.disbursement.operations.cases import case_at, edition_of, today
from backoffice.disbursement.operations.demands import prepare_interest
from backoffice.disbursement.operations.loans.commitment import (
    commit_to,
    loan_at,
    recommit_by,
)
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.loans import (
    accepted_lines,
    asked_back,
    claimed_through,
    entered_rates,
    known_rates,
    lent,
    other_loans,
    running_behind,
    scheme_claimed_through,
)
from backoffice.disbursement.rules.loans import (
    LOAN,
    LoanState,
    LoanTerms,
    Movement,
    MovementKind,
    Rate,
    at_most,
    check_movement,
    check_rate,
    check_terms,
    excesses,
    late_refusal,
    one_class_refusal,
    over_refusal,
    rates_of,
    registering_refusal,
    subsidy_terms,
)
from backoffice.disbursement.rules.stages import Letter, check_letter
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import roc_date
from backoffice.ledger.operations import available_of
from backoffice.scheme import registry
from backoffice.use_case import Act, use_case

BATCH = 100  # loans whose commitment one act works out anew


@use_case("loan.register", requires=Permission.LOAN_WORK)
def register_loan(act: Act, case_id: int, version: int, terms: LoanTerms, notice: str) -> int:
    """Register the loan of an accepted case: the most that its subsidy may cost is committed.

    `notice`: the number of the bank's notice of the drawing. ACCEPTED → IN_SERVICE. Refuses what
    `check_terms` does, "loan.registered", "loan.not_accepted" (state), "loan.second" (case,
    loan_class: A99), "loan.not_for_scheme", "budget.exhausted".
    """
    case = case_at(act, case_id, version)
    edition = edition_of(case)
    if edition.loans is None:
        raise Refused("loan.not_for_scheme")
    available_of(act, case.scheme)
    if refusal := registering_refusal(case.state, registered=_is_registered(act, case_id)):
        raise refusal
    check_terms(terms, edition, today(act))
    others = other_loans(act.session, case.ubn, case.scheme, case_id)
    if refusal := one_class_refusal(others, edition):
        raise refusal
    rates = rates_of(edition, entered_rates(act.session, case.scheme))
    rules = subsidy_terms(edition, terms.loan_class, terms.drawn_on)
    loan = RegisteredLoan(
        case_id=case.id,
        scheme=case.scheme,
        edition=case.edition,
        ubn=case.ubn,
        loan_class=terms.loan_class,
        bank_code=terms.bank_code,
        capital=terms.capital,
        working=terms.working,
        plan_cost=terms.plan_cost,
        guarantee_bp=terms.guarantee_bp,
        starts_on=rules.starts_on,
        ends_on=rules.ends_on,
        state=LOAN.initial,
        committed=ZERO,
        accepted=ZERO,
        rate_since=rates[-1].since,
        registered_by=act.actor.id,
        registered_at=act.now,
    )
    commit_to(act, case, loan, at_most(rules, terms.amount, (), rates), "利息補貼")
    act.session.add(loan)
    case.move(
        CaseEvent.START_SERVICE,
        at=act.now,
        waiting_for=WaitingFor.APPLICANT,
        due_on=loan.ends_on,
    )
    act.session.flush()
    first = Movement(terms.drawn_on, MovementKind.DRAW, terms.drawn)
    _add(act, loan, first, notice)
    act.session.flush()
    return loan.id


def _is_registered(act: Act, case_id: int) -> bool:
    found = select(RegisteredLoan.id).where(RegisteredLoan.case_id == case_id)
    return act.session.execute(found).first() is not None


def _add(act: Act, loan: RegisteredLoan, movement: Movement, notice: str) -> LoanMovement:
    row = LoanMovement(
        loan_id=loan.id,
        case_id=loan.case_id,
        moved_on=movement.on,
        kind=movement.kind,
        amount=movement.amount,
        notice_number=notice.strip(),
        entered_by=act.actor.id,
        entered_at=act.now,
    )
    act.session.add(row)
    return row


@use_case("loan.enter_movement", requires=Permission.LOAN_WORK)
def enter_movement(
    act: Act, loan_id: int, version: int, movement: Movement, notice: str, shown: Ntd
) -> None:
    """Enter money drawn or repaid, by the bank's notice; a repayment releases what it saves.

    A repayment of which the bank tells late shows what was paid too much since its day: that is
    to be demanded back, and never set off against what is still to be paid. `shown`: how much the
    page said it is, nothing for any other movement; Stale when it is another by now. Refuses
    "loan.notice_missing", and what `over_refusal`, `check_movement` and `late_refusal` do.
    """
    loan = loan_at(act, loan_id, version)
    available_of(act, loan.scheme)
    through = claimed_through(act.session, loan.id)
    if refusal := over_refusal(loan.state, movement, through):
        raise refusal
    if not notice.strip():
        raise Refused("loan.notice_missing")
    known = lent(act.session, loan)
    check_movement(
        movement,
        known.movements,
        amount=loan.capital + loan.working,
        claimed_through=through,
        today=today(act),
    )
    moved = known.moved(movement)
    found = excesses(moved, accepted_lines(act.session, loan.id))
    if refusal := late_refusal(found):
        raise refusal
    if shown != total(each.amount for each in found):
        raise Stale
    if loan.state is LoanState.RUNNING:
        recommit_by(act, loan, moved, asked_back(act.session, loan.id) + shown, "提前還本")
    told = _add(act, loan, movement, notice)
    if found:
        case = act.session.get_one(Case, loan.case_id)
        act.session.flush()
        prepare_interest(act, case, found, told.id, _reason(movement, notice))
        act.session.flush()
        pass_turn(act, case)


def _reason(movement: Movement, notice: str) -> str:
    """Why the interest of days long past was too much, as the disposition will say."""
    amount = f"{movement.amount.dollars:,}"
    return f"{roc_date(movement.on)}還本 {amount} 元（銀行通知 {notice.strip()}），溢付利息補貼"


@use_case("loan.recommit", requires=Permission.LOAN_WORK)
def recommit(act: Act, loan_id: int, version: int) -> None:
    """Work a loan's commitment out anew, after the rate has changed.

    Refuses "loan.over" and "budget.exhausted".
    """
    loan = loan_at(act, loan_id, version)
    _refuse_ended(loan)
    available_of(act, loan.scheme)
    recommit_by(act, loan, lent(act.session, loan), asked_back(act.session, loan.id), "利率調整")


@use_case("loan.recommit_behind", requires=Permission.LOAN_WORK)
def recommit_behind(act: Act, scheme: str) -> int:
    """The same for the next hundred loans of a scheme that are behind its newest rate.

    All of them, or none: refuses "budget.exhausted". The answer is how many there were.
    """
    available_of(act, scheme)
    since = max(rate.since for rate in _rates_of_scheme(act, scheme))
    behind = running_behind(act.session, scheme, since, BATCH)
    for loan_id in behind:
        loan = act.session.get_one(RegisteredLoan, loan_id)
        with act.session.no_autoflush:
            known, back = lent(act.session, loan), asked_back(act.session, loan_id)
            recommit_by(act, loan, known, back, "利率調整")
    return len(behind)


def _refuse_ended(loan: RegisteredLoan) -> None:
    if loan.state is not LoanState.RUNNING:
        raise Refused("loan.over", state=loan.state)


@use_case("rate.enter", requires=Permission.RATE_ENTER)
def enter_rate(act: Act, scheme: str, since: date, rate_ppm: int, letter: Letter) -> int:
    """Enter the scheme's reference rate from a day on, by its source document (A98).

    Loans that it concerns are worked out anew afterwards, since more money may be needed. Refuses
    "loan.not_for_scheme", "letter.missing", "letter.in_future", and what `check_rate` does.
    """
    known = _rates_of_scheme(act, scheme)
    check_letter(letter, today(act))
    available_of(act, scheme)
    check_rate(Rate(since, rate_ppm), known, scheme_claimed_through(act.session, scheme))
    rate = ReferenceRate(
        scheme=scheme,
        since=since,
        rate_ppm=rate_ppm,
        letter_number=letter.number.strip(),
        letter_on=letter.on,
        entered_by=act.actor.id,
        entered_by_name=act.actor.name,
        entered_at=act.now,
    )
    act.session.add(rate)
    act.session.flush()
    return rate.id


def _rates_of_scheme(act: Act, scheme: str) -> tuple[Rate, ...]:
    editions = registry.editions_of(scheme)
    newest = editions[-1]
    if newest.loans is None:
        raise Refused("loan.not_for_scheme")
    return known_rates(act.session, str(newest.key))
