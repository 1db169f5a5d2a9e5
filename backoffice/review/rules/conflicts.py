"""Who must stand aside (利益迴避, domain §2.5): the union of the public rules, strictest wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backoffice.kernel.taiwan import add_months, nfkc
from backoffice.scheme.rules import Recusal, RecusalGround


class Ground(StrEnum):
    """Why a reviewer must stand aside, as the domain page numbers the grounds."""

    R1 = "R1"  # party, spouse or relative
    R2 = "R2"  # interest of oneself or the household
    R3 = "R3"  # employment, mandate or agency
    R4 = "R4"  # co-obligation, representative, witness or expert
    R5 = "R5"  # works for a vendor or adviser named in the plan
    R6 = "R6"  # other doubt
    R7 = "R7"  # began to work for the applicant after reviewing


_NUMBERED = {
    RecusalGround.PARTY_OR_RELATIVE: Ground.R1,
    RecusalGround.INTEREST: Ground.R2,
    RecusalGround.EMPLOYMENT_OR_MANDATE: Ground.R3,
    RecusalGround.CO_OBLIGATION_OR_WITNESS: Ground.R4,
    RecusalGround.VENDOR_IN_PLAN: Ground.R5,
    RecusalGround.OTHER_DOUBT: Ground.R6,
}
_NEEDS_NOTE = frozenset({Ground.R6})


@dataclass(frozen=True, slots=True)
class Employed:
    """An employment, mandate or agency of a reviewer or the spouse; `ended_on` None: it lasts."""

    ubn: str
    firm_name: str
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Parties:
    """Whom a case concerns: the applicant and its partners by 統一編號, vendors by name."""

    ubns: frozenset[str]
    vendors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A known ground; `until` is the last day of the employment, None where it lasts."""

    ground: Ground
    firm_name: str
    until: date | None


def grounds_of(recusal: Recusal | None) -> tuple[Ground, ...]:
    """The grounds that an edition knows, in order; R7, which is about later, always."""
    known = {_NUMBERED[ground] for ground in (recusal.grounds if recusal else ())}
    return tuple(ground for ground in Ground if ground in known or ground is Ground.R7)


def needs_note(ground: Ground) -> bool:
    """Whether a ground says nothing by itself."""
    return ground in _NEEDS_NOTE


def known_conflict(
    employed: Iterable[Employed], parties: Parties, today: date, recusal: Recusal | None
) -> Conflict | None:
    """The first ground that the register itself shows; None where it shows none.

    An employment bars while it lasts and for the edition's years after its last day (R3, R5);
    the same day that many years later still bars, the next day no longer.
    """
    years = recusal.lookback_years if recusal else 0
    earliest = add_months(today, -12 * years)
    vendors = {_folded(name) for name in parties.vendors}
    for each in employed:
        if each.ended_on is not None and each.ended_on < earliest:
            continue
        if each.ubn in parties.ubns:
            return Conflict(Ground.R3, each.firm_name, each.ended_on)
        if _folded(each.firm_name) in vendors:
            return Conflict(Ground.R5, each.firm_name, each.ended_on)
    return None


def _folded(name: str) -> str:
    return "".join(nfkc(name).split()).casefold()
