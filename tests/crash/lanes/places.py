"""Places by fee payment and by acceptance, promotion of who waits, statements and refunds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.operations import decide_eligibility, withdraw_case
from backoffice.disbursement.models import FeeLine, FeeRefund, FeeStatement
from backoffice.disbursement.operations.fees.entering import enter_payment
from backoffice.disbursement.operations.fees.lines import match_line
from backoffice.disbursement.operations.fees.refunds import (
    approve_refund,
    bounce_refund,
    make_refund,
    pay_refund,
    refund_line,
)
from backoffice.disbursement.operations.fees.statements import book_statement, preview_statement
from backoffice.disbursement.queries.fees.case import account_of
from backoffice.disbursement.rules.fees.entries import PaymentEntry
from backoffice.disbursement.rules.fees.refunds import Bounce, RefundOrder, claimed
from backoffice.disbursement.rules.sheets import ReturnReason
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.use_case import Office
from tests import given
from tests.crash.deeds import LAST_DAY, Deed, Lane, Mark
from tests.given import cases, fees, seats
from tests.given.disbursement import a_pdf
from tests.given.seats import ACCEPTANCE, FEE, PAYMENT

TOTAL = 3  # places of each round
PAYERS, COMERS = 6, 5
UNKNOWN, STRANGE = "T90", "T91"  # transactions of which nobody knows whose they are
STATEMENT = "入帳明細.csv"

PAID = "SELECT count(*) FROM fee_paid WHERE receipt_number = :it"
ACCEPTED = "SELECT count(*) FROM seat_claim WHERE case_id = :it"
WITHDRAWN = "SELECT count(*) FROM \"case\" WHERE state = 'WITHDRAWN' AND id = :it"
PREVIEWED = "SELECT count(*) FROM fee_statement WHERE file_name = :it"
BOOKED = f"{PREVIEWED} AND confirmed_at IS NOT NULL"
MATCHED = (
    "SELECT count(*) FROM fee_line l JOIN fee_paid p ON p.id = l.payment_id "
    "WHERE l.transaction_number = :it"
)
OF_CASE = "SELECT count(*) FROM fee_refund WHERE case_id = :it"
OF_LINE = (
    "SELECT count(*) FROM fee_refund WHERE line_id = "
    "(SELECT id FROM fee_line WHERE transaction_number = :it)"
)
APPROVED, PAID_BACK = " AND approved_at IS NOT NULL", " AND paid_at IS NOT NULL"
BOUNCED = " AND bounced_at IS NOT NULL"
_AGAIN = "(SELECT again_id FROM fee_refund WHERE again_id IS NOT NULL)"
# The refund that came back, and the one that pays it again.
ROUNDS = ((" AND id NOT IN " + _AGAIN, fees.ORDER), (" AND id IN " + _AGAIN, fees.CORRECTED))


@dataclass(frozen=True, slots=True)
class Places:
    """Firms that were accepted and pay now; firms that are accepted now."""

    payers: tuple[int, ...]
    comers: tuple[int, ...]


def build(office: Office) -> Places:
    """Two rounds of few places, and more firms than those."""
    comers = _brought_in(office, ACCEPTANCE, COMERS)
    for case_id in comers:
        seats.take(office, case_id)
    payers = _brought_in(office, PAYMENT, PAYERS)
    for case_id in payers:
        seats.take(office, case_id)
    seats.accept_all(office, *payers)
    return Places(payers, comers)


def _brought_in(office: Office, scheme: str, count: int) -> tuple[int, ...]:
    received = office.clock.now()
    rows = [
        seats.a_row(place, scheme=scheme, received_at=received + timedelta(seconds=place))
        for place in range(1, count + 1)
    ]
    assert isinstance(office.clock, FixedClock)
    office.clock.set(received + timedelta(seconds=count))
    cases.import_cases(office, rows)
    numbers = [seats.number_of(place, scheme) for place in range(1, count + 1)]
    return tuple(cases.case_id_of(office, number) for number in numbers)


def lanes(world: Places) -> Iterator[Lane]:
    """Six who pay for three places, in three lanes; five who are accepted for three, in one."""
    leaving, _second, _third, fourth, fifth, sixth = world.payers
    whole = FEE[PAYMENT]
    yield [
        _pay(leaving, "H-1a", "05-10 09:00", whole // 3),
        _pay(leaving, "H-1b", "05-10 09:30", whole - whole // 3),
        _withdraw(leaving),
        *_back(Refund(OF_CASE, leaving)),
    ]
    yield list(_statement())
    yield [_pay(fifth, "H-5", "05-09 10:00", whole), _pay(sixth, "H-6", "05-13 10:00", whole)]
    yield list(_arrivals(world.comers))
    assert fourth == world.payers[3], "the unknown payment is the fourth's"


def _arrivals(comers: Sequence[int]) -> Iterator[Deed]:
    """Three have a place and two wait; whoever leaves gives it to the first of those."""
    first, second, third, fourth, fifth = comers
    yield from (_accept(case_id) for case_id in comers[:4])
    yield _pay(first, "A-1", "04-20 10:00", FEE[ACCEPTANCE])
    yield _withdraw(second)  # the fourth is promoted
    yield _pay(fourth, "A-4", "04-21 10:00", FEE[ACCEPTANCE])
    yield _accept(fifth)
    yield _withdraw(third)  # the fifth is promoted


def _accept(case_id: int) -> Deed:
    def prepare(office: Office) -> tuple[object, ...]:
        return case_id, cases.version_of(office, case_id), (), ""

    mark = Mark(ACCEPTED, case_id)
    return Deed(f"accept:{case_id}", decide_eligibility, given.OFFICER, prepare, mark)


def _pay(case_id: int, receipt: str, when: str, amount: int) -> Deed:
    entry = PaymentEntry(seats.at(when), Ntd(amount), receipt)

    def prepare(_office: Office) -> tuple[object, ...]:
        return case_id, entry, a_pdf("slip.pdf")

    mark = Mark(PAID, receipt.upper())
    return Deed(f"fee:{receipt}", enter_payment, given.OFFICER, prepare, mark)


def _withdraw(case_id: int) -> Deed:
    def prepare(office: Office) -> tuple[object, ...]:
        return case_id, cases.version_of(office, case_id), LAST_DAY, "撤字第1號", "撤回"

    mark = Mark(WITHDRAWN, case_id)
    return Deed(f"withdraw:{case_id}", withdraw_case, given.OFFICER, prepare, mark)


def _statement() -> Iterator[Deed]:
    """Two firms pay by their numbers; of two payments nobody knows whose, one goes back."""

    def read(office: Office) -> tuple[object, ...]:
        whole = FEE[PAYMENT]
        return (
            fees.read(
                office,
                fees.a_line("T2", "05-11 10:00", whole, 案件編號=seats.number_of(2)),
                fees.a_line("T3", "05-12 10:00", whole, 案件編號=seats.number_of(3)),
                fees.a_line(UNKNOWN, "05-12 11:00", whole),
                fees.a_line(STRANGE, "05-12 12:00", 5_000),
            ),
        )

    def kept(office: Office) -> tuple[object, ...]:
        with Session(office.engine) as session:
            row = session.scalars(select(FeeStatement)).one()
        return row.id, row.version, *read(office)

    def unknown(office: Office) -> tuple[object, ...]:
        row = _line(office, UNKNOWN)
        return row.id, row.version, seats.number_of(4), "匯款單影本核對"

    yield Deed("preview", preview_statement, given.CASHIER, read, Mark(PREVIEWED, STATEMENT))
    yield Deed("book", book_statement, given.CASHIER, kept, Mark(BOOKED, STATEMENT))
    yield Deed("match", match_line, given.CASHIER, unknown, Mark(MATCHED, UNKNOWN))
    yield from _back(Refund(OF_LINE, STRANGE))


def _line(office: Office, number: str) -> FeeLine:
    with Session(office.engine) as session:
        return session.scalars(select(FeeLine).where(FeeLine.transaction_number == number)).one()


@dataclass(frozen=True, slots=True)
class Refund:
    """The refund of a case, or of a line of which nobody knows whose it is."""

    sql: str
    it: int | str

    def row(self, office: Office) -> FeeRefund:
        """As it stands, detached."""
        column = FeeRefund.case_id if isinstance(self.it, int) else FeeRefund.line_id
        wanted = self.it if isinstance(self.it, int) else _line(office, self.it).id
        with Session(office.engine) as session:
            rows = select(FeeRefund).where(column == wanted).order_by(FeeRefund.id.desc())
            return session.scalars(rows.limit(1)).one()

    def of_case(self, office: Office, order: RefundOrder) -> tuple[object, ...]:
        """What the page of a case shows to whoever makes its refund."""
        assert isinstance(self.it, int)
        with Session(office.engine) as session:
            account = account_of(session, self.it)
        found = claimed(account.facts(local_date(office.clock.now())))
        assert found is not None, "something is to go back"
        return self.it, found.amount, order, None

    def of_line(self, office: Office, order: RefundOrder) -> tuple[object, ...]:
        """What the page of an open line shows."""
        row = _line(office, str(self.it))
        return row.id, row.version, order, None


def _back(refund: Refund) -> Iterator[Deed]:
    """Made, approved by another, paid; it comes back, and goes to another account."""
    first, again = ROUNDS
    yield from _round(refund, *first)
    yield _bounce(refund)
    yield from _round(refund, *again)


def _round(refund: Refund, which: str, order: RefundOrder) -> Iterator[Deed]:
    name = f"{refund.it}:{order.account}"

    def shown(office: Office) -> tuple[object, ...]:
        row = refund.row(office)
        return row.id, row.version

    def paid(office: Office) -> tuple[object, ...]:
        return (*shown(office), LAST_DAY, f"BANK-{name}")

    def asked(office: Office) -> tuple[object, ...]:
        of_case = isinstance(refund.it, int)
        return refund.of_case(office, order) if of_case else refund.of_line(office, order)

    sql = refund.sql + which
    make = make_refund if isinstance(refund.it, int) else refund_line
    yield Deed(f"refund:{name}", make, given.OFFICER, asked, Mark(sql, refund.it))
    approved = Mark(sql + APPROVED, refund.it)
    yield Deed(f"refund-approve:{name}", approve_refund, given.ACCOUNTING, shown, approved)
    paid_back = Mark(sql + PAID_BACK, refund.it)
    yield Deed(f"refund-pay:{name}", pay_refund, given.CASHIER, paid, paid_back)


def _bounce(refund: Refund) -> Deed:
    def told(office: Office) -> tuple[object, ...]:
        row = refund.row(office)
        notice = Bounce(LAST_DAY, f"BACK-{refund.it}", ReturnReason.ACCOUNT_CLOSED)
        return row.id, row.version, notice

    mark = Mark(refund.sql + BOUNCED, refund.it)
    return Deed(f"refund-bounce:{refund.it}", bounce_refund, given.CASHIER, told, mark)
