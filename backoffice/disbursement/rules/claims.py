"""Claims 請款: the receipt, the firm's account, and what must hold before a claim is verified."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backoffice.disbursement.rules.lifecycles import TRANCHE, TrancheEvent, TrancheState
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date, nfkc, parse_ubn, through_end_of

ACCOUNT_DIGITS_MAX = 14  # domain §3.6, column 14; longer numbers have no place in the payment file
CHANGE_FLAG_DAYS = 30
_SHOWN_DIGITS = 4
_HOLDABLE = frozenset(
    {
        TrancheState.PLANNED,
        TrancheState.CLAIMABLE,
        TrancheState.CLAIMED,
        TrancheState.VERIFIED,
    }
)


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account as the passbook page shows it: 3-digit bank, 4-digit branch, ≤ 14 digits."""

    bank_code: str
    branch_code: str
    number: str
    holder: str
    bank_name: str = ""

    def cleaned(self) -> BankAccount:
        """The same in plain digits, without blanks and hyphens; the holder's name as printed."""
        return BankAccount(
            bank_code=nfkc(self.bank_code).strip(),
            branch_code=nfkc(self.branch_code).strip(),
            number=re.sub(r"[\s-]", "", nfkc(self.number)),
            holder=self.holder.strip(),
            bank_name=self.bank_name.strip(),
        )

    def is_same_account(self, other: BankAccount) -> bool:
        """Whether money sent to both arrives at the same place under the same name."""
        return (self.bank_code, self.branch_code, self.number, self.holder) == (
            other.bank_code,
            other.branch_code,
            other.number,
            other.holder,
        )

    @property
    def masked(self) -> str:
        """The account as screens show it: 004-0037 ····8812."""
        return f"{self.bank_code}-{self.branch_code} ····{self.number[-_SHOWN_DIGITS:]}"


@dataclass(frozen=True, slots=True)
class ClaimPackage:
    """A firm's claim of one tranche as the officer enters it from the receipt 領據."""

    receipt_number: str
    receipt_on: date
    amount: Ntd
    account: BankAccount
    letter_number: str = ""


def check_account(account: BankAccount) -> None:
    """The account can stand in a payment file.

    Refuses "claim.bank_code", "claim.branch_code", "claim.account_number", "claim.holder_missing".
    """
    if re.fullmatch("[0-9]{3}", account.bank_code) is None:
        raise Refused("claim.bank_code", text=account.bank_code)
    if re.fullmatch("[0-9]{4}", account.branch_code) is None:
        raise Refused("claim.branch_code", text=account.branch_code)
    if re.fullmatch(f"[0-9]{{1,{ACCOUNT_DIGITS_MAX}}}", account.number) is None:
        raise Refused("claim.account_number", length=len(account.number), limit=ACCOUNT_DIGITS_MAX)
    if not account.holder:
        raise Refused("claim.holder_missing")


def check_package(package: ClaimPackage, *, tranche_amount: Ntd, number: int, today: date) -> None:
    """The claim is of exactly this tranche (A58), on a receipt that exists.

    Refuses "claim.receipt_missing", "claim.receipt_in_future", "claim.amount_differs", and what
    `check_account` refuses.
    """
    if not package.receipt_number.strip():
        raise Refused("claim.receipt_missing")
    if package.receipt_on > today:
        raise Refused("claim.receipt_in_future", day=package.receipt_on)
    if package.amount != tranche_amount:
        raise Refused(
            "claim.amount_differs",
            number=number,
            value=package.amount,
            limit=tranche_amount,
        )
    check_account(package.account)


def needs_passbook(account: BankAccount, kept: BankAccount | None) -> bool:
    """Whether the passbook page must be attached: the account is new, or not the kept one."""
    return kept is None or not account.is_same_account(kept)


def is_flagged(*, replaces: bool, entered_at: datetime, today: date) -> bool:
    """Whether the account took another's place within the last 30 days."""
    return replaces and (today - local_date(entered_at)).days <= CHANGE_FLAG_DAYS


def flagged_since(today: date) -> datetime:
    """The earliest instant at which an account can have been entered to be flagged today."""
    return through_end_of(today - timedelta(days=CHANGE_FLAG_DAYS + 1))


def filing_refusal(state: TrancheState, hold_reason: str) -> Refused | None:
    """Why no claim of this tranche can be filed now."""
    return _refusal(state, TrancheEvent.FILE_CLAIM, hold_reason)


def verifying_refusal(state: TrancheState, hold_reason: str) -> Refused | None:
    """Why the claim cannot be verified, whatever it says."""
    return _refusal(state, TrancheEvent.VERIFY, hold_reason)


def _refusal(state: TrancheState, event: TrancheEvent, hold_reason: str) -> Refused | None:
    try:
        TRANCHE.after(state, event)
    except Refused as refusal:
        return refusal
    return Refused("tranche.held", reason=hold_reason) if hold_reason else None


def holding_refusal(state: TrancheState, hold_reason: str) -> Refused | None:
    """Why this tranche cannot be held back: it is on its way already, or held."""
    if hold_reason:
        return Refused("tranche.held", reason=hold_reason)
    return None if state in _HOLDABLE else Refused("tranche.not_holdable", state=state)


def releasing_refusal(hold_reason: str) -> Refused | None:
    """Why there is nothing to let go on."""
    return None if hold_reason else Refused("tranche.not_held")


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A claim before it is verified, and what the office knows about its firm.

    `blocked_until`: the firm is barred from subsidies through this day, None when it is not.
    """

    amount: Ntd
    tranche_amount: Ntd
    number: int
    account: BankAccount
    account_flagged: bool
    firm_name: str
    ubn: str
    blocked_until: date | None
    entered_by: int


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is verified, and why it does not hold; None when it does."""

    key: str
    refusal: Refused | None


def checks(claim: ClaimFacts, verifier_id: int) -> tuple[Check, ...]:
    """Everything that is verified before a claim may be paid, in the order in which it is read.

    The account's holder is the firm's registered name, letter for letter (A88). An account changed
    within 30 days is verified by somebody else than who entered it.
    """
    return tuple(_checks(claim, verifier_id))


def _checks(claim: ClaimFacts, verifier_id: int) -> Iterator[Check]:
    same = claim.amount == claim.tranche_amount
    yield Check(
        "amount",
        None
        if same
        else Refused(
            "claim.amount_differs",
            number=claim.number,
            value=claim.amount,
            limit=claim.tranche_amount,
        ),
    )
    yield Check("holder", _holder(claim))
    yield Check("ubn", _ubn(claim.ubn))
    yield Check("account", _account(claim.account))
    yield Check(
        "blocked",
        Refused("claim.firm_blocked", firm=claim.firm_name, until=claim.blocked_until)
        if claim.blocked_until
        else None,
    )
    alone = claim.account_flagged and verifier_id == claim.entered_by
    yield Check("second_person", Refused("claim.same_person") if alone else None)


def _holder(claim: ClaimFacts) -> Refused | None:
    if nfkc(claim.account.holder).strip() == nfkc(claim.firm_name).strip():
        return None
    return Refused("claim.holder_differs", holder=claim.account.holder, firm=claim.firm_name)


def _ubn(ubn: str) -> Refused | None:
    try:
        parse_ubn(ubn)
    except Refused as refusal:
        return refusal
    return None


def _account(account: BankAccount) -> Refused | None:
    try:
        check_account(account)
    except Refused as refusal:
        return refusal
    return None
