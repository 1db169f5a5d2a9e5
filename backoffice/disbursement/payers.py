"""Who pays, from which account, and on which days: read once from the office's own data."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backoffice.disbursement.rules.bank_files import ENCODING, Payer
from backoffice.disbursement.rules.business_days import Calendar

_SHIPPED = Path(__file__).parent / "payments.toml"
_EVERY_OTHER = "*"
_FORMS = {
    "bank": re.compile("[0-9]{7}"),
    "account": re.compile("[0-9]{1,16}"),
    "ubn": re.compile("[0-9]{8}"),
    "transaction": re.compile("[0-9A-Z]{3}"),
}
_MEMO_BYTES = 10


class UnfitPayments(Exception):
    """The office's own data about its payments cannot be used; says where and why."""


@dataclass(frozen=True, slots=True)
class Payments:
    """The payers by agency, and the days on which banks clear."""

    payers: tuple[Payer, ...]
    calendar: Calendar

    def payer_of(self, agency: str) -> Payer | None:
        """The account that this agency pays from; None where nobody has entered one."""
        named = {payer.agency: payer for payer in self.payers}
        return named.get(agency) or named.get(_EVERY_OTHER)


class _Shelf:
    """Which data answers; one for the whole process, whatever the thread."""

    current: Payments | None = None


def use(path: Path | None) -> None:
    """From now on the data of this file answers, or the release's own. Raises UnfitPayments."""
    _Shelf.current = None if path is None else read_text(path.read_text(encoding="utf-8"))


def payments() -> Payments:
    """The data in use."""
    return _Shelf.current or _shipped()


@cache
def _shipped() -> Payments:
    return read_text(_SHIPPED.read_text(encoding="utf-8"))


def read_text(text: str) -> Payments:
    """The data written in TOML as `text`. Raises UnfitPayments, also for broken TOML."""
    try:
        document = tomllib.loads(text)
        calendar = document["calendar"]
        return Payments(
            payers=tuple(_payer(row) for row in document["payers"]),
            calendar=Calendar(frozenset(calendar["closed"]), frozenset(calendar["opened"])),
        )
    except (tomllib.TOMLDecodeError, KeyError) as problem:
        raise UnfitPayments(f"payments: {problem}") from problem


def _payer(row: dict[str, Any]) -> Payer:
    for name, form in _FORMS.items():
        if form.fullmatch(row[name]) is None:
            raise UnfitPayments(f"payments: {name} of {row['agency']} is {row[name]!r}")
    if len(row["memo"].encode(ENCODING, errors="replace")) > _MEMO_BYTES:
        raise UnfitPayments(f"payments: memo of {row['agency']} is longer than ten bytes")
    return Payer(
        agency=row["agency"],
        bank=row["bank"],
        account=row["account"],
        ubn=row["ubn"],
        transaction=row["transaction"],
        memo=row["memo"],
        is_assumed=row["assumed"],
    )
