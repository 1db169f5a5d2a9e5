"""What every use case of this room begins with: the case as the page showed it, and its rules."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from backoffice.cases.models import Case
from backoffice.disbursement.models import Tranche
from backoffice.disbursement.queries.cases import ROWS_MAX
from backoffice.disbursement.rules.lifecycles import TrancheEvent
from backoffice.kernel.refusal import Stale
from backoffice.kernel.taiwan import local_date
from backoffice.scheme import registry
from backoffice.scheme.rules import Edition, Release, Variant
from backoffice.use_case import Act


def case_at(act: Act, case_id: int, version: int) -> Case:
    """The case as the page showed it; Stale when somebody has changed it since."""
    case = act.session.get_one(Case, case_id)
    if case.version != version:
        raise Stale
    return case


def edition_of(case: Case) -> Edition:
    """The edition that the case keeps for life."""
    return registry.edition_named(case.edition)


def variant_of(case: Case, edition: Edition) -> Variant | None:
    """The leaf of the scheme that the case belongs to, None where there is no choice."""
    return edition.variant(case.variant) if case.variant else None


def today(act: Act) -> date:
    """The act's day in Taipei."""
    return local_date(act.now)


def tranches_at(act: Act, case_id: int) -> list[Tranche]:
    """The case's tranches, in order."""
    return list(
        act.session.scalars(
            select(Tranche)
            .where(Tranche.case_id == case_id)
            .order_by(Tranche.number)
            .limit(ROWS_MAX)
        )
    )


def released_by(edition: Edition, release: Release) -> frozenset[int]:
    """The numbers of the tranches that an event makes payable."""
    return frozenset(rule.number for rule in edition.tranches if rule.release is release)


def release_tranche(act: Act, tranche: Tranche) -> None:
    """The firm may claim it from now on; a tranche of nothing is void 免撥."""
    if not tranche.amount:
        tranche.move(TrancheEvent.SETTLE_TO_ZERO)
        return
    tranche.move(TrancheEvent.RELEASE)
    tranche.released_at = act.now
