"""經費支用明細: the firm's invoices, each recognised or not by the rules at the moment of entry."""

from __future__ import annotations

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import SpendingLine
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.queries.cases import approved_lines, contract_of
from backoffice.disbursement.queries.closing import invoice_claimed
from backoffice.disbursement.rules.settlement import (
    Ground,
    Invoice,
    check_invoice,
    invoice_number,
    not_recognised,
    spending_refusal,
)
from backoffice.disbursement.rules.stages import check_reason
from backoffice.kernel.refusal import Stale
from backoffice.use_case import Act, use_case


@use_case("spending.enter", requires=Permission.CLOSING_CONCLUDE)
def enter_spending(act: Act, case_id: int, invoice: Invoice) -> str:
    """Enter one invoice; the answer is "" when it is recognised, else the code of why not.

    An invoice that is not recognised is kept all the same, with its reason (A70, A71). Refuses
    "spending.not_closing", and what `check_invoice` refuses.
    """
    # The lock keeps an invoice from slipping in while the case is being settled.
    case = act.session.get_one(Case, case_id, with_for_update=True)
    if refusal := spending_refusal(case.state):
        raise refusal
    check_invoice(invoice, today(act))
    contract = contract_of(act.session, case_id)
    assert contract is not None, "a case in its closing has a contract"
    number = invoice_number(invoice.number)
    claimed = invoice_claimed(act.session, case_id, number)
    ground = Ground(
        period_start=contract.period_start,
        period_end=contract.period_end,
        approved=frozenset(line.category for line in approved_lines(act.session, case_id)),
        is_twice=claimed.is_twice,
        elsewhere=claimed.elsewhere,
    )
    why_not = not_recognised(invoice, ground)
    act.session.add(
        SpendingLine(
            case_id=case_id,
            category=invoice.category,
            invoice_number=number,
            invoice_on=invoice.invoice_on,
            paid_on=invoice.paid_on,
            vendor=invoice.vendor.strip(),
            amount=invoice.amount,
            accepted=why_not is None,
            refusal=why_not.code if why_not else "",
            entered_by=act.actor.id,
            entered_at=act.now,
        )
    )
    return why_not.code if why_not else ""


@use_case("spending.withdraw", requires=Permission.CLOSING_CONCLUDE)
def withdraw_spending(act: Act, line_id: int, version: int, reason: str) -> None:
    """Take an invoice out of the count 撤回, with the reason; it stays on record.

    Refuses "spending.not_closing", "spending.withdrawn", "note.missing".
    """
    line = act.session.get_one(SpendingLine, line_id)
    if line.version != version:
        raise Stale
    case = act.session.get_one(Case, line.case_id, with_for_update=True)
    if refusal := spending_refusal(case.state, withdrawn=line.withdrawn_at is not None):
        raise refusal
    check_reason(reason)
    line.withdrawn_at = act.now
    act.because(reason.strip())
