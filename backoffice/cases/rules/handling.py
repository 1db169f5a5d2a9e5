"""Who may handle a case, and what its findings allow. Pure; the same functions grey the buttons."""

from __future__ import annotations

from backoffice.kernel.refusal import Refused


def of_this_officer(
    number: str, officer_id: int | None, actor_id: int, officer_name: str
) -> Refused | None:
    """Nothing when the case is this officer's own, else the refusal that says whose it is."""
    if officer_id is None:
        return Refused("case.unassigned", number=number)
    if officer_id != actor_id:
        return Refused("case.not_yours", number=number, officer=officer_name)
    return None


def findings_settled(open_count: int) -> Refused | None:
    """Nothing when every finding has the officer's word, else how many have not."""
    return Refused("case.findings_open", count=open_count) if open_count else None
