"""What is done in the committee: seats, declarations, sheets, the result, decisions, opinions."""

from backoffice.review.operations.closing import (
    Resolution,
    close_scoring,
    confirm_bonus,
    deny_bonus,
    propose_divergence,
    reopen_scoring,
    resolve_divergence,
)
from backoffice.review.operations.decisions import Award, decide_award, decide_reject
from backoffice.review.operations.opinions import call_for_opinions, end_opinions, give_opinion
from backoffice.review.operations.panels import assign_panel, replace_reviewer
from backoffice.review.operations.seats import declare, decline, recuse
from backoffice.review.operations.sheets import (
    Chosen,
    payload_sha256,
    save_draft,
    submit_score_sheet,
    submit_score_sheets,
    withdraw_sheet,
)

__all__ = [
    "Award",
    "Chosen",
    "Resolution",
    "assign_panel",
    "call_for_opinions",
    "close_scoring",
    "confirm_bonus",
    "decide_award",
    "decide_reject",
    "declare",
    "decline",
    "deny_bonus",
    "end_opinions",
    "give_opinion",
    "payload_sha256",
    "propose_divergence",
    "recuse",
    "reopen_scoring",
    "replace_reviewer",
    "resolve_divergence",
    "save_draft",
    "submit_score_sheet",
    "submit_score_sheets",
    "withdraw_sheet",
]
