"""The line for a scheme's money, the offers that are open, and what may be released when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import look
from backoffice.kernel.money import Ntd
from backoffice.people.models import Account
from backoffice.review.models import Offer, WaitingPlace
from backoffice.review.rules.lifecycles import OfferState
from backoffice.review.rules.waiting import InLine, Order

LINE_MAX = 1_000  # far more than a scheme's money is ever waited for by
RELEASES_MAX = 50
OFFERS_MAX = 20

_ORDER = (
    WaitingPlace.decided_at,
    WaitingPlace.complete_at,
    WaitingPlace.received_at,
    WaitingPlace.case_number,
)

_LINE = (
    select(WaitingPlace.case_id, *_ORDER, WaitingPlace.wanted, WaitingPlace.declined)
    .join(Case, Case.id == WaitingPlace.case_id)
    .where(WaitingPlace.scheme == bindparam("of_scheme"), Case.state == CaseState.WAITLISTED)
    .order_by(*_ORDER)
    .limit(LINE_MAX)
)


def line_of(session: Session, scheme: str) -> tuple[InLine, ...]:
    """Who waits for the scheme's money, the first in line first."""
    session.flush()  # what an act changed before counts
    rows = look(session, _LINE, {"of_scheme": scheme})
    return tuple(InLine(row[0], Order(*row[1:5]), row.wanted, row.declined) for row in rows)


def schemes_waited_for(session: Session) -> tuple[str, ...]:
    """The schemes in whose line somebody stands, in order."""
    return tuple(
        session.scalars(
            select(Case.scheme)
            .where(Case.state == CaseState.WAITLISTED)
            .distinct()
            .order_by(Case.scheme)
        )
    )


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A case in line as it is shown; `score` in hundredths, `officer` None where nobody has it."""

    case_id: int
    number: str
    firm_name: str
    score: int | None
    wanted: Ntd
    declined: Ntd
    decided_at: datetime
    complete_at: datetime
    officer_name: str | None

    @property
    def asked_before(self) -> bool:
        """Whether the firm has not taken a part before."""
        return bool(self.declined)


def waiting_rows(session: Session, scheme: str) -> tuple[WaitingRow, ...]:
    """The line of a scheme, the first first."""
    rows = session.execute(
        select(
            Case.id,
            Case.number,
            Case.firm_name,
            Case.score,
            WaitingPlace.wanted,
            WaitingPlace.declined,
            WaitingPlace.decided_at,
            WaitingPlace.complete_at,
            Account.name,
        )
        .join(WaitingPlace, WaitingPlace.case_id == Case.id)
        .outerjoin(Account, Account.id == Case.officer_id)
        .where(WaitingPlace.scheme == scheme, Case.state == CaseState.WAITLISTED)
        .order_by(*_ORDER)
        .limit(LINE_MAX)
    )
    return tuple(WaitingRow(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Release:
    """Money that comes back on a day unless the firm acts: an open offer, an unsigned award."""

    case_id: int
    number: str
    firm_name: str
    state: CaseState
    amount: Ntd
    on: date | None


def releases(session: Session, scheme: str) -> tuple[Release, ...]:
    """What may be released, the earliest first; those without a day last."""
    amount = func.coalesce(Offer.amount, Case.subsidy)
    rows = session.execute(
        select(Case.id, Case.number, Case.firm_name, Case.state, amount, Case.due_on)
        .outerjoin(Offer, (Offer.case_id == Case.id) & (Offer.state == OfferState.OPEN))
        .where(
            Case.scheme == scheme,
            Case.state.in_((CaseState.OFFERED, CaseState.AWARDED)),
        )
        .order_by(Case.due_on.is_(None), Case.due_on, Case.id)
        .limit(RELEASES_MAX)
    )
    return tuple(Release(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as it was made, and what came of it."""

    id: int
    number: int
    state: OfferState
    amount: Ntd
    wanted: Ntd
    total_budget: Ntd
    document_number: str
    offered_by_name: str
    offered_at: datetime
    due_on: date
    answer_number: str
    answer_on: date | None
    agreed_total: Ntd | None
    ended_at: datetime | None


_OFFER = tuple(getattr(Offer, name) for name in OfferRow.__dataclass_fields__)


def offers_of(session: Session, case_id: int) -> tuple[OfferRow, ...]:
    """The offers made to a case, oldest first."""
    rows = session.execute(
        select(*_OFFER).where(Offer.case_id == case_id).order_by(Offer.number).limit(OFFERS_MAX)
    )
    return tuple(OfferRow(*row) for row in rows)


def open_offer(session: Session, case_id: int) -> OfferRow | None:
    """The offer that waits for the firm's word."""
    row = session.execute(
        select(*_OFFER).where(Offer.case_id == case_id, Offer.state == OfferState.OPEN)
    ).one_or_none()
    return None if row is None else OfferRow(*row)


def open_offer_count(session: Session, scheme: str) -> int:
    """How many offers of a scheme wait for an answer."""
    return session.execute(
        select(func.count())
        .select_from(Offer)
        .where(Offer.scheme == scheme, Offer.state == OfferState.OPEN)
    ).scalar_one()


def place_of(session: Session, head_id: int, scheme: str) -> int | None:
    """A case's place in its line, 1 for the first; None when it does not wait."""
    line = line_of(session, scheme)
    return next((place for place, one in enumerate(line, 1) if one.case_id == head_id), None)


def overdue_offer(session: Session, today: date) -> int | None:
    """The case whose offer has waited longest past its day."""
    return session.scalars(
        select(Offer.case_id)
        .where(Offer.state == OfferState.OPEN, Offer.due_on < today)
        .order_by(Offer.due_on, Offer.id)
        .limit(1)
    ).first()
