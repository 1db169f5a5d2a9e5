"""The marks that the audit's reader leaves."""

from __future__ import annotations

from backoffice.access import Permission
from backoffice.audit import head
from backoffice.cases.models import Case
from backoffice.kernel.refusal import Refused
from backoffice.reports.queries.audit import CHECK, entry_count
from backoffice.use_case import Act, use_case

BROKEN_MAX = 20


@use_case("audit.export", requires=Permission.AUDIT_EXPORT)
def export_case_history(act: Act, case_id: int, reason: str) -> None:
    """Record that a case's history is taken out of the house, by whom and what for.

    Refuses "audit.reason_missing". The record stands in the case's own history.
    """
    case = act.session.get_one(Case, case_id)
    if not reason.strip():
        raise Refused("audit.reason_missing")
    act.because(reason.strip())
    act.record(
        "audit_export",
        None,
        case.id,
        number=case.number,
        entry_count=entry_count(act.session, case.id),
        head_hash=head(act.session).hash,
    )


@use_case("audit.verify", requires=Permission.AUDIT_READ)
def keep_verification(
    act: Act, entries: int, head_hash: str, broken: tuple[tuple[int, str], ...]
) -> None:
    """Keep what came of walking the chain from its beginning to the entry number `entries`.

    `broken` pairs a number with what is wrong there; the first twenty are kept.
    """
    act.record(
        CHECK, 1, None, entry_count=entries, head_hash=head_hash, broken_at=broken[:BROKEN_MAX]
    )
