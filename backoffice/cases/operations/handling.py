"""Whose case it is: take, hand over, give back; a note on it; and its withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from backoffice.access import Permission, Role
from backoffice.cases.models import Case, CaseNote, WaitingFor
from backoffice.cases.rules.handling import of_this_officer
from backoffice.cases.rules.lifecycle import CASE, FINISHED, CaseEvent
from backoffice.kernel.refusal import Refused, Stale
from backoffice.people.models import Account, AccountState
from backoffice.use_case import Act, use_case

Release = Callable[[Act, Case], None]

_RELEASES: list[Release] = []


def on_withdrawal(release: Release) -> Release:
    """Register what a room above lets go when a case is withdrawn; usable as a decorator.

    It is called before the case moves, so that money is given back before the case is written.
    """
    if release not in _RELEASES:
        _RELEASES.append(release)
    return release


def case_at(act: Act, case_id: int, version: int) -> Case:
    """The case as the page showed it; Stale when somebody has changed it since."""
    case = act.session.get_one(Case, case_id)
    if case.version != version:
        raise Stale
    return case


def own_case_at(act: Act, case_id: int, version: int) -> Case:
    """The same, for what only the case's own officer may do (case.not_yours, case.unassigned)."""
    case = case_at(act, case_id, version)
    is_own = case.officer_id == act.actor.id
    whose = "" if is_own else _officer_name(act, case)
    refusal = of_this_officer(case.number, case.officer_id, act.actor.id, whose)
    if refusal is not None:
        raise refusal
    return case


def _officer_name(act: Act, case: Case) -> str:
    if case.officer_id is None:
        return ""
    return act.session.get_one(Account, case.officer_id).name


@use_case("case.take", requires=Permission.CASE_WORK)
def take_from_queue(act: Act, case_id: int, version: int) -> None:
    """Take an unassigned case 取件; refuses "case.taken" and "case.finished"."""
    case = case_at(act, case_id, version)
    if case.officer_id is not None:
        raise Refused("case.taken", number=case.number, officer=_officer_name(act, case))
    _refuse_finished(case)
    case.officer_id = act.actor.id


@use_case("case.hand_over", requires=Permission.CASE_WORK)
def hand_over(act: Act, case_id: int, version: int, officer_id: int, note: str) -> None:
    """Hand a case over to another officer 移交, with a note for them.

    Its own officer hands it over; a colleague may do so too when that officer is away, and says
    why. Refuses "case.no_such_officer", "case.already_theirs", "note.missing".
    """
    case = case_at(act, case_id, version)
    _refuse_finished(case)
    if not note.strip():
        raise Refused("note.missing")
    officer = act.session.execute(
        select(Account).where(
            Account.id == officer_id,
            Account.role == Role.OFFICER,
            Account.state == AccountState.ACTIVE,
        )
    ).scalar_one_or_none()
    if officer is None:
        raise Refused("case.no_such_officer")
    if case.officer_id == officer.id:
        raise Refused("case.already_theirs", number=case.number, officer=officer.name)
    case.officer_id = officer.id
    act.because(note.strip())


@use_case("case.give_back", requires=Permission.CASE_WORK)
def give_back(act: Act, case_id: int, version: int, note: str) -> None:
    """Give one's own case back to the pile of the unassigned 退回, with the reason."""
    case = own_case_at(act, case_id, version)
    _refuse_finished(case)
    if not note.strip():
        raise Refused("note.missing")
    case.officer_id = None
    act.because(note.strip())


@use_case("case.note", requires=Permission.CASE_WORK)
def leave_note(act: Act, case_id: int, text: str) -> None:
    """Leave a note on a case; it is never changed. Refuses "note.missing"."""
    case = act.session.get_one(Case, case_id)
    if not text.strip():
        raise Refused("note.missing")
    act.session.add(
        CaseNote(
            case_id=case.id,
            author_id=act.actor.id,
            author_name=act.actor.name,
            at=act.now,
            text=text.strip(),
        )
    )


@use_case("case.withdraw", requires=Permission.CASE_WORK)
def withdraw_case(
    act: Act, case_id: int, version: int, letter_on: date, letter_number: str, reason: str
) -> None:
    """Enter the firm's withdrawal before an award 撤案, by its letter's date and number.

    Refuses "case.letter_missing", and "lifecycle.not_allowed" once the case was awarded.
    """
    case = own_case_at(act, case_id, version)
    if not letter_number.strip():
        raise Refused("case.letter_missing")
    CASE.after(case.state, CaseEvent.WITHDRAW)
    for release in _RELEASES:
        release(act, case)
    case.move(CaseEvent.WITHDRAW, at=act.now, waiting_for=WaitingFor.NOBODY)
    act.because(f"{letter_on.isoformat()} {letter_number.strip()}　{reason.strip()}".strip())


def _refuse_finished(case: Case) -> None:
    if case.state in FINISHED:
        raise Refused("case.finished", number=case.number, state=case.state)
