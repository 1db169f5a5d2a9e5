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
from backoffice.review.operations.decisions import (
    Award,
    decide_award,
    decide_offer,
    decide_reject,
    decide_waitlist,
)
from backoffice.review.operations.drafts import save_draft
from backoffice.review.operations.offers import (
    FirmLetter,
    accept_offer,
    decline_offer,
    end_overdue_offer,
    miss_answer,
)
from backoffice.review.operations.opinions import call_for_opinions, end_opinions, give_opinion
from backoffice.review.operations.panels import assign_panel, replace_reviewer
from backoffice.review.operations.seats import declare, decline, recuse
from backoffice.review.operations.sheets import (
    Chosen,
    payload_sha256,
    submit_score_sheet,
    submit_score_sheets,
    withdraw_sheet,
)
from backoffice.review.operations.waiting import end_programme, promote, promote_everywhere

__all__ = [
    "Award",
    "Chosen",
    "FirmLetter",
    "Resolution",
    "accept_offer",
    "assign_panel",
    "call_for_opinions",
    "close_scoring",
    "confirm_bonus",
    "decide_award",
    "decide_offer",
    "decide_reject",
    "decide_waitlist",
    "declare",
    "decline",
    "decline_offer",
    "deny_bonus",
    "end_opinions",
    "end_overdue_offer",
    "end_programme",
    "give_opinion",
    "miss_answer",
    "payload_sha256",
    "promote",
    "promote_everywhere",
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
