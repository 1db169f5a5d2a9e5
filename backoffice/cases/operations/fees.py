"""Payments of the firms' fees 繳費: into the fee book, and the case to its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from backoffice.cases.models import Case, FeePaid, Seat, SeatClaim, WaitingFor
from backoffice.cases.operations.firms import in_the_way
from backoffice.cases.operations.giving import (
    Arrived,
    earned,
    give_out,
    hold,
    release,
    round_of,
    rules_of,
    transfer,
)
from backoffice.cases.queries import seats as found
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.cases.rules.seats import (
    CLAIM,
    ClaimEvent,
    ClaimState,
    FeeSource,
    FullFee,
    ReleaseCause,
    SeatEvent,
    SeatState,
    claim_at,
    rejoins_at,
)
from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.operations import open_account, post
from backoffice.ledger.rules import Book, FeeStage, Transfer, Unit, account_name
from backoffice.scheme.rules import Edition, SeatOrder
from backoffice.use_case import Act

POSTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class BookedFee:
    """A payment as it goes into the fee book: the `position`-th of its case."""

    case_id: int
    case_number: str
    scheme: str
    position: int
    amount: Ntd
    receipt: str


def book_payment(
    act: Act,
    case: Case,
    *,
    value_at: datetime,
    amount: Ntd,
    receipt_number: str,
    source: FeeSource,
) -> FeePaid:
    """Enter a payment of a firm's fee, post it to the fee book, and let the case take its place.

    `value_at` is the bank's value time: the one that first brings the sum to the fee puts the case
    in order, whenever it became known. Never touches the budget. The use case that calls this does
    so before it writes anything of the case. Refuses "fee.not_asked" (scheme) where the edition
    has no fee, "fee.nothing" for an amount below one dollar, "fee.in_future" (at).
    """
    edition = round_of(case)
    if edition is None:
        raise Refused("fee.not_asked", scheme=case.scheme)
    if amount < Ntd(1):
        raise Refused("fee.nothing")
    if value_at > act.now:
        raise Refused("fee.in_future", at=value_at)
    hold(act, edition)
    position = (
        1
        + act.session.execute(
            select(func.coalesce(func.max(FeePaid.position), 0)).where(FeePaid.case_id == case.id)
        ).scalar_one()
    )
    receipt = receipt_number.strip()
    booked = BookedFee(case.id, case.number, case.scheme, position, amount, receipt)
    post_payments(act, [booked])
    payment = FeePaid(
        case_id=case.id,
        position=position,
        paid_at=value_at,
        amount=amount,
        receipt_number=receipt,
        source=source.value,
        entered_by=act.actor.id,
        entered_by_name=act.actor.name,
        entered_at=act.now,
    )
    act.session.add(payment)
    act.session.flush()
    if case.state is CaseState.ACCEPTED:
        take_place(act, case, edition)
        act.session.flush()
        give_out(act, edition)
    return payment


def post_payments(act: Act, payments: Iterable[BookedFee]) -> None:
    """Post payments to the fee book, a few hundred at a time."""
    transfers = [_received(each) for each in payments]
    for scheme in sorted({each.source.split("/", 1)[0] for each in transfers}):
        open_fees(act, scheme)
    for start in range(0, len(transfers), POSTED_AT_ONCE):
        post(act, *transfers[start : start + POSTED_AT_ONCE])


def _received(payment: BookedFee) -> Transfer:
    return Transfer(
        key=f"fee:{payment.case_number}:{payment.position}",
        source=account_name(payment.scheme, FeeStage.PAYER),
        target=account_name(payment.scheme, FeeStage.RECEIVED),
        quantity=payment.amount.dollars,
        memo=f"繳費　{payment.receipt}".strip(),
        case_id=payment.case_id,
    )


def open_fees(act: Act, scheme: str) -> None:
    """Open the fee book of a scheme, from what firms pay to what goes back to them."""
    for stage in FeeStage:
        open_account(
            act,
            account_name(scheme, stage),
            scheme=scheme,
            stage=stage.value,
            unit=Unit.NTD,
            book=Book.FEES,
            floor=None if stage is FeeStage.PAYER else 0,
            shortage="ledger.short",
        )


def accepted(act: Act, cases: Sequence[Case], edition: Edition, free: int) -> None:
    """Cases that were accepted just now come to their places, the first in order first.

    `free` places were free when this act began to hold them. Nobody is accepted twice, so none of
    the cases has a claim yet.
    """
    fee = rules_of(edition).fee.dollars
    fees = found.full_fees(act.session, [case.id for case in cases], fee)
    claims = [_claim(act, case, edition, fees.get(case.id)) for case in cases]
    come = [claim for claim in claims if claim is not None]
    give_out(act, edition, Arrived(free, {case.id: case for case in cases}, come, fees))


def take_place(act: Act, case: Case, edition: Edition) -> None:
    """Bring the case's claim up to what was paid; the caller gives places out afterwards.

    Only for an accepted case, in an act that holds the round's places.
    """
    with act.session.no_autoflush:  # the case's own changes wait for those that follow here
        full = found.full_fees(act.session, [case.id], rules_of(edition).fee.dollars).get(case.id)
        claim = found.claim_of(act.session, case.id)
    if claim is None:
        _claim_once(act, case, edition, full)
    elif full is not None:
        _paid(act, claim, found.seat_of(act.session, case.id), case, full, edition)


def _claim_once(act: Act, case: Case, edition: Edition, full: FullFee | None) -> None:
    """Give the case its claim, unless the firm has one by another: then its officer is told."""
    assert case.complete_at is not None, "accepted, so complete since an instant"
    due = claim_at(rules_of(edition), case.complete_at, full) is not None
    other = in_the_way(act, [case]).get(case.id) if due else None
    if other is None:
        if claim := _claim(act, case, edition, full):
            act.session.add(claim)
        return
    case.wait(WaitingFor.OFFICER, at=act.now)
    act.because(f"同一企業已以案件 {other} 取得或等候名額，{case.number} 不列入順序")


def _claim(act: Act, case: Case, edition: Edition, full: FullFee | None) -> SeatClaim | None:
    """The case's claim to a place, not written yet; None until one is due to it."""
    assert case.complete_at is not None, "accepted, so complete since an instant"
    key_at = claim_at(rules_of(edition), case.complete_at, full)
    case.wait(WaitingFor.APPLICANT, at=act.now)
    if key_at is None:
        return None
    return SeatClaim(
        case_id=case.id,
        scheme=case.scheme,
        edition=case.edition,
        ubn=case.ubn,
        state=CLAIM.initial,
        key_at=key_at,
        received_at=case.received_at,
        case_number=case.number,
        receipt=full.receipt if full else "",
        made_at=act.now,
    )


def _paid(
    act: Act, claim: SeatClaim, seat: Seat | None, case: Case, full: FullFee, edition: Edition
) -> None:
    """What a payment does to a claim that is there already."""
    match claim.state:
        case ClaimState.WAITING:
            claim.receipt = full.receipt
            if rules_of(edition).order is SeatOrder.PAYMENT:
                claim.key_at = full.at
        case ClaimState.SEATED if seat is not None and seat.state is SeatState.HELD:
            assert seat.due_on is not None
            if local_date(full.at) > seat.due_on:
                release(act, seat, claim, SeatEvent.LAPSE, ReleaseCause.LAPSED)
                _rejoin(claim, full)
                return
            post(
                act,
                transfer(seat, SeatEvent.PAY, claim.case_id, f"繳清 {full.receipt}"),
                *earned(seat, SeatEvent.PAY, claim, rules_of(edition)),
            )
            seat.move(SeatEvent.PAY)
            claim.receipt, claim.due_on = full.receipt, None
            case.wait(WaitingFor.OFFICER, at=act.now)
        case ClaimState.LAPSED:
            _rejoin(claim, full)
            case.wait(WaitingFor.APPLICANT, at=act.now)
        case _:
            pass


def _rejoin(claim: SeatClaim, full: FullFee) -> None:
    assert claim.due_on is not None, "its place was held until a day"
    claim.key_at = rejoins_at(claim.key_at, claim.due_on, full)
    claim.receipt = full.receipt
    claim.move(ClaimEvent.PAY_LATE)


def intake_fees(
    rows: Iterable[Mapping[str, object]], cases: Mapping[int, tuple[str, str]]
) -> list[BookedFee]:
    """The 繳費 rows of a workbook as payments; `cases`: number and scheme by case."""
    booked = []
    for row in rows:
        case_id, position, amount = row["case_id"], row["position"], row["amount"]
        assert isinstance(case_id, int)
        assert isinstance(position, int)
        assert isinstance(amount, Ntd)
        number, scheme = cases[case_id]
        receipt = str(row["receipt_number"])
        booked.append(BookedFee(case_id, number, scheme, position, amount, receipt))
    return booked


def book_unbooked(act: Act) -> int:
    """Put payments that came in before there was a fee book into it; how many."""
    rows = found.unbooked(act.session, POSTED_AT_ONCE)
    post_payments(
        act,
        [
            BookedFee(
                payment.case_id,
                number,
                scheme,
                payment.position,
                payment.amount,
                payment.receipt_number,
            )
            for payment, number, scheme in rows
        ],
    )
    for payment, _, _ in rows:
        payment.entered_at = act.now
    return len(rows)


def mark_returned(act: Act, case: Case) -> Ntd:
    """Say that all a case paid was given back: it counts towards no fee; how much it was.

    The fee book is the caller's; so is whether the case may have its money back.
    """
    rows = act.session.scalars(
        select(FeePaid)
        .where(FeePaid.case_id == case.id, FeePaid.returned_at.is_(None))
        .order_by(FeePaid.position)
    ).all()
    for payment in rows:
        payment.returned_at = act.now
    return total(payment.amount for payment in rows)
