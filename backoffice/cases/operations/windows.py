"""The end of a window before its date: the money is declared used up 經費用罄."""

from __future__ import annotations

from backoffice.access import Permission
from backoffice.cases.models import WindowClosure
from backoffice.cases.queries.windows import WindowFacts, window_of
from backoffice.kernel.refusal import Refused
from backoffice.scheme.rules import CloseCause
from backoffice.use_case import Act, use_case


@use_case("window.declare_used_up", requires=Permission.WINDOW_CLOSE)
def declare_used_up(act: Act, scheme: str, edition: str, document_number: str, reason: str) -> None:
    """Declare the scheme's money used up: its window closes at this instant, for good (§3.7).

    Whatever was received before stays in the queue; whatever is received from now on has the
    finding WINDOW_CLOSED with this cause, however far the closing date is. Money that is released
    later goes to those who wait and opens nothing again. `edition` is the round that the page
    showed. Refuses what `used_up_refusal` does and "window.document_missing".
    """
    facts = window_of(act.session, scheme, act.now)
    refusal = used_up_refusal(facts)
    if refusal is not None:
        raise refusal
    if facts.edition != edition:
        raise Refused("window.other_round", scheme=scheme, edition=facts.edition)
    if not document_number.strip():
        raise Refused("window.document_missing")
    act.because(f"{document_number.strip()}　{reason.strip()}".strip())
    act.session.add(
        WindowClosure(
            scheme=scheme,
            edition=facts.edition,
            cause=CloseCause.BUDGET_EXHAUSTED.value,
            at=act.now,
            document_number=document_number.strip(),
            reason=reason.strip(),
            declared_by=act.actor.id,
            declared_by_name=act.actor.name,
        )
    )


def used_up_refusal(facts: WindowFacts) -> Refused | None:
    """Why the money of a round cannot be declared used up now; None when it can.

    "window.closed_early" (scheme, at), "window.not_by_budget" (scheme), "window.not_open"
    (scheme, opens_at, closes_at).
    """
    if facts.closure is not None:
        return Refused("window.closed_early", scheme=facts.scheme, at=facts.closure.at)
    if not facts.can_be_used_up:
        return Refused("window.not_by_budget", scheme=facts.scheme)
    if not facts.is_open:
        return Refused(
            "window.not_open",
            scheme=facts.scheme,
            opens_at=facts.opens_at,
            closes_at=facts.closes_at,
        )
    return None
