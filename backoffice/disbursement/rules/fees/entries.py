"""What is typed from a slip or an invoice, as it can be entered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import nfkc

NUMBER_MAX = 64
MEDIUM_MAX = 200


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """A payment as typed: the bank's value time, how much, and the number of its receipt."""

    value_at: datetime
    amount: Ntd
    receipt_number: str


@dataclass(frozen=True, slots=True)
class AdvertisingEntry:
    """Advertising as typed: when and where it was placed, what it cost, and its invoice."""

    placed_on: date
    amount: Ntd
    medium: str
    invoice_number: str


def check_payment(entry: PaymentEntry, now: datetime) -> str:
    """The receipt's number as it is kept, once the payment can be true.

    Refuses "fee.amount_zero", "fee.value_future" (at), "fee.receipt_missing", "fee.too_long".
    """
    if entry.amount <= ZERO:
        raise Refused("fee.amount_zero")
    if entry.value_at > now:
        raise Refused("fee.value_future", at=entry.value_at)
    return _number(entry.receipt_number, "fee.receipt_missing")


def check_advertising(entry: AdvertisingEntry, today: date) -> str:
    """The invoice's number as it is kept.

    Refuses "fee.amount_zero", "fee.placed_future" (day), "fee.medium_missing",
    "fee.invoice_missing", "fee.too_long" (limit).
    """
    if entry.amount <= ZERO:
        raise Refused("fee.amount_zero")
    if entry.placed_on > today:
        raise Refused("fee.placed_future", day=entry.placed_on)
    if not entry.medium.strip():
        raise Refused("fee.medium_missing")
    if len(entry.medium.strip()) > MEDIUM_MAX:
        raise Refused("fee.too_long", limit=MEDIUM_MAX)
    return _number(entry.invoice_number, "fee.invoice_missing")


def _number(text: str, missing: str) -> str:
    kept = "".join(nfkc(text).upper().split())
    if not kept:
        raise Refused(missing)
    if len(kept) > NUMBER_MAX:
        raise Refused("fee.too_long", limit=NUMBER_MAX)
    return kept
