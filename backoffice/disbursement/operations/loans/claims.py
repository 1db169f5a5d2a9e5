"""銀行請款: a bank's claim entered with its lines, each checked against our own schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import (
    BankClaim,
    BankClaimLine,
    FirmAccount,
    RegisteredLoan,
)
from backoffice.disbursement.operations.cases import today
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.queries.claims import kept_account
from backoffice.disbursement.queries.loans import (
    accepted_periods,
    lent_of,
    loans_by_number,
)
from backoffice.disbursement.rules.claims import BankAccount, check_account, needs_passbook
from backoffice.disbursement.rules.loans import (
    LINES_MAX,
    BankLineState,
    ClaimedLine,
    Lent,
    Period,
    overlap_refusal,
    state_of,
)
from backoffice.disbursement.rules.stages import Letter, check_letter
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.money import total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import parse_ubn
from backoffice.use_case import Act, use_case

_ROWS_TOLD = 20


@dataclass(frozen=True, slots=True)
class BankLetter:
    """A bank's claim beside its lines: who asks, by which letter, and where it is paid to.

    `account.holder` is the bank's registered name.
    """

    ubn: str
    letter: Letter
    account: BankAccount


@use_case("bank_claim.enter", requires=Permission.LOAN_WORK)
def enter_bank_claim(
    act: Act,
    scheme: str,
    bank: BankLetter,
    lines: tuple[ClaimedLine, ...],
    paper: Upload | None,
    passbook: Upload | None = None,
) -> int:
    """Enter a bank's claim; each line is checked against our own schedule. Nothing is paid yet.

    `paper`: the letter with its receipt 領據. Refuses "bank_claim.empty", "bank_claim.too_long"
    (count, limit), "bank_claim.letter_taken" (number), "bank_claim.rows" (rows: what is wrong, row
    by row), "ubn.invalid", "letter.missing", "letter.in_future", "document.missing",
    "claim.passbook_missing", and what `check_account` and `keep_pdf` do.
    """
    if not lines:
        raise Refused("bank_claim.empty")
    if len(lines) > LINES_MAX:
        raise Refused("bank_claim.too_long", count=len(lines), limit=LINES_MAX)
    check_letter(bank.letter, today(act))
    account, ubn = bank.account.cleaned(), str(parse_ubn(bank.ubn))
    check_account(account)
    number = bank.letter.number.strip()
    _refuse_entered(act, ubn, number)
    loans = loans_by_number(act.session, scheme, [line.case_number for line in lines])
    _check_rows(lines, loans, account.bank_code, today(act))
    if paper is None:
        raise Refused("document.missing")
    first = loans[lines[0].case_number].case_id  # whose evidence the bank's papers are kept with
    claim = BankClaim(
        scheme=scheme,
        payee_name=account.holder,
        payee_ubn=ubn,
        letter_number=number,
        letter_on=bank.letter.on,
        account_id=_account(act, ubn, account, passbook, first),
        document_id=keep_pdf(act, paper, kind="bank-claim", case_id=first),
        line_count=len(lines),
        claimed=total(line.claimed for line in lines),
        entered_by=act.actor.id,
        entered_by_name=act.actor.name,
        entered_at=act.now,
    )
    act.session.add(claim)
    act.session.flush()
    act.session.add_all(_lines(act, claim, lines, loans))
    act.session.flush()
    for loan in loans.values():
        pass_turn(act, act.session.get_one(Case, loan.case_id))
    return claim.id


def _refuse_entered(act: Act, ubn: str, number: str) -> None:
    entered = select(BankClaim.id).where(
        BankClaim.payee_ubn == ubn, BankClaim.letter_number == number
    )
    if act.session.execute(entered).first():
        raise Refused("bank_claim.letter_taken", number=number)


def _check_rows(
    lines: Sequence[ClaimedLine],
    loans: Mapping[str, RegisteredLoan],
    bank_code: str,
    day: date,
) -> None:
    """Every row is of a registered loan of this bank, and no day of a loan stands twice."""
    found: list[Refused] = []
    seen: dict[str, list[Period]] = {}
    for position, line in enumerate(lines, start=1):
        others = seen.setdefault(line.case_number, [])
        why = _row_fault(line, loans.get(line.case_number), bank_code, day)
        if why is None and overlap_refusal(Period(line.from_on, line.through_on), others):
            why = Refused("bank_claim.row_twice", case=line.case_number)
        if why is not None:
            found.append(Refused("bank_claim.row", row=line.row or position, why=why))
        others.append(Period(line.from_on, line.through_on))
    if found:
        raise Refused("bank_claim.rows", rows=found[:_ROWS_TOLD])


def _row_fault(
    line: ClaimedLine, loan: RegisteredLoan | None, bank_code: str, day: date
) -> Refused | None:
    if loan is None:
        return Refused("bank_claim.row_unknown", case=line.case_number)
    if loan.bank_code != bank_code:
        return Refused("bank_claim.row_other_bank", case=line.case_number, bank=loan.bank_code)
    if line.through_on < line.from_on:
        return Refused("bank_claim.row_reversed", from_on=line.from_on, through_on=line.through_on)
    if line.through_on > day:
        return Refused("bank_claim.row_future", through_on=line.through_on)
    return None if line.claimed else Refused("bank_claim.row_zero")


def _account(
    act: Act, ubn: str, account: BankAccount, passbook: Upload | None, case_id: int
) -> int:
    """The bank's account on file, or a new row for another one, with the page that shows it."""
    kept = kept_account(act.session, ubn)
    if kept is not None and not needs_passbook(account, kept.account):
        return kept.id
    if passbook is None:
        raise Refused("claim.passbook_missing")
    row = FirmAccount(
        ubn=ubn,
        bank_code=account.bank_code,
        branch_code=account.branch_code,
        bank_name=account.bank_name,
        number=account.number,
        holder=account.holder,
        document_id=keep_pdf(act, passbook, kind="passbook", case_id=case_id),
        replaces_id=kept.id if kept else None,
        entered_by=act.actor.id,
        entered_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    return row.id


def _lines(
    act: Act,
    claim: BankClaim,
    lines: Sequence[ClaimedLine],
    loans: Mapping[str, RegisteredLoan],
) -> list[BankClaimLine]:
    concerned = list({loan.id: loan for loan in loans.values()}.values())
    known = lent_of(act.session, concerned)
    accepted = accepted_periods(act.session, [loan.id for loan in concerned])
    return [
        _line(claim, position, line, loans[line.case_number], known, accepted)
        for position, line in enumerate(lines, start=1)
    ]


def _line(
    claim: BankClaim,
    position: int,
    line: ClaimedLine,
    loan: RegisteredLoan,
    known: Mapping[int, Lent],
    accepted: Mapping[int, tuple[Period, ...]],
) -> BankClaimLine:
    computed = known[loan.id].due(line.from_on, line.through_on)
    state = state_of(line.claimed, computed)
    if overlap_refusal(Period(line.from_on, line.through_on), accepted[loan.id]):
        state = BankLineState.DIFFERS
    return BankClaimLine(
        bank_claim_id=claim.id,
        position=position,
        case_id=loan.case_id,
        loan_id=loan.id,
        from_on=line.from_on,
        through_on=line.through_on,
        principal=line.principal,
        rate_ppm=line.rate_ppm,
        claimed=line.claimed,
        computed=computed,
        state=state,
    )
