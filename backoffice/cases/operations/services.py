"""The service 輔導: begun once there is a place for it, delivered with evidence, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backoffice import documents
from backoffice.access import Permission
from backoffice.cases.models import Case, Service, WaitingFor
from backoffice.cases.operations.giving import hold, let_go, round_of, transfer
from backoffice.cases.operations.handling import own_case_at
from backoffice.cases.queries import seats as found
from backoffice.cases.rules.advice import may_cancel, refuse_delivery, service_due_on
from backoffice.cases.rules.lifecycle import CASE, CaseEvent, CaseState
from backoffice.cases.rules.seats import ClaimEvent, ReleaseCause, SeatEvent, SeatState
from backoffice.documents import Upload
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.operations import post
from backoffice.scheme import registry
from backoffice.scheme.rules import Flow
from backoffice.use_case import Act, use_case

EVIDENCE = "service"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered: the day, the evidence, the advertising spent where that is asked."""

    on: date
    evidence: Upload
    advertising: Ntd | None
    note: str


@use_case("service.start", requires=Permission.SEAT_WORK)
def start_service(act: Act, case_id: int, version: int, started_on: date) -> None:
    """Begin the service of an accepted case; where there are places, with a confirmed one.

    That of a loan begins with its registration, and not here. Refuses "lifecycle.not_allowed",
    "seat.not_confirmed" (number) and "service.in_future" (on).
    """
    case = own_case_at(act, case_id, version)
    CASE.after(case.state, CaseEvent.START_SERVICE)
    edition = registry.edition_named(case.edition)
    if edition.flow is Flow.LOAN:
        raise Refused("lifecycle.not_allowed", state=case.state, event=CaseEvent.START_SERVICE)
    _not_in_future(act, started_on)
    _move_seat(act, case, SeatEvent.START)
    due_on = service_due_on(edition, started_on)
    act.session.add(Service(case_id=case.id, started_on=started_on, due_on=due_on))
    case.move(CaseEvent.START_SERVICE, at=act.now, waiting_for=WaitingFor.OFFICER, due_on=due_on)


@use_case("service.deliver", requires=Permission.SEAT_WORK)
def deliver_service(act: Act, case_id: int, version: int, delivery: Delivery) -> None:
    """Enter that the service was delivered, with its evidence.

    Refuses "lifecycle.not_allowed", "service.in_future" (on), and what `refuse_delivery` does.
    """
    case = own_case_at(act, case_id, version)
    CASE.after(case.state, CaseEvent.DELIVER)
    _not_in_future(act, delivery.on)
    service = _service(act, case)
    edition = registry.edition_named(case.edition)
    refuse_delivery(
        edition,
        service.started_on,
        service.due_on,
        delivery.on,
        delivery.advertising,
        delivery.note,
    )
    _move_seat(act, case, SeatEvent.DELIVER)
    document_id = documents.keep_pdf(act, delivery.evidence, kind=EVIDENCE, case_id=case.id)
    service.deliver(
        delivery.on,
        document_id=document_id,
        advertising=delivery.advertising,
        note=delivery.note.strip(),
    )
    case.move(CaseEvent.DELIVER, at=act.now, waiting_for=WaitingFor.OFFICER)


@use_case("service.close", requires=Permission.SEAT_WORK)
def close_service(act: Act, case_id: int, version: int, note: str) -> None:
    """Close a case whose service was delivered. Refuses "lifecycle.not_allowed"."""
    case = own_case_at(act, case_id, version)
    if case.state is not CaseState.DELIVERED:
        raise Refused("lifecycle.not_allowed", state=case.state, event=CaseEvent.CLOSE)
    case.move(CaseEvent.CLOSE, at=act.now, waiting_for=WaitingFor.NOBODY)
    act.because(note.strip())


@use_case("service.cancel", requires=Permission.SEAT_WORK)
def cancel_service(
    act: Act, case_id: int, version: int, letter_on: date, letter_number: str, reason: str
) -> None:
    """End an accepted case without the service, or with a part of it 取消.

    Before the service its place goes to the next in line; afterwards it is used up (§4.4). A loan
    that is registered is called back, and not cancelled here: its money would stay promised.
    Refuses "lifecycle.not_allowed", "case.letter_missing" and "note.missing".
    """
    case = own_case_at(act, case_id, version)
    CASE.after(case.state, CaseEvent.CANCEL)
    if not may_cancel(registry.edition_named(case.edition), case.state):
        raise Refused("lifecycle.not_allowed", state=case.state, event=CaseEvent.CANCEL)
    if not letter_number.strip():
        raise Refused("case.letter_missing")
    if not reason.strip():
        raise Refused("note.missing")
    if case.state is CaseState.ACCEPTED:
        let_go(act, case, ReleaseCause.CANCELLED)
    else:
        _move_seat(act, case, SeatEvent.CONSUME)
        _end_claim(act, case)
    case.move(CaseEvent.CANCEL, at=act.now, waiting_for=WaitingFor.NOBODY)
    act.because(f"{letter_on.isoformat()} {letter_number.strip()}　{reason.strip()}")


def _move_seat(act: Act, case: Case, event: SeatEvent) -> None:
    edition = round_of(case)
    if edition is None:
        return
    hold(act, edition)
    seat = found.seat_of(act.session, case.id)
    if seat is None or seat.state is SeatState.HELD:
        raise Refused("seat.not_confirmed", number=case.number)
    post(act, transfer(seat, event, case.id, _MEMOS[event]))
    seat.move(event)


_MEMOS = {
    SeatEvent.START: "開始輔導",
    SeatEvent.DELIVER: "輔導完成",
    SeatEvent.CONSUME: "輔導開始後取消，已耗用",
}


def _end_claim(act: Act, case: Case) -> None:
    claim = found.claim_of(act.session, case.id)
    if claim is not None:
        claim.move(ClaimEvent.END)


def _service(act: Act, case: Case) -> Service:
    return act.session.scalars(select(Service).where(Service.case_id == case.id)).one()


def _not_in_future(act: Act, on: date) -> None:
    if on > local_date(act.now):
        raise Refused("service.in_future", on=on)
