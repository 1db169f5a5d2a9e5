"""Telling somebody no: worded in their language, noted in the log, heard by whoever listens."""

from __future__ import annotations

from typing import Any, cast

import structlog
from blinker import Namespace
from flask import current_app

from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence

log = structlog.get_logger("backoffice")

# Sent by the application with the refusal, each time that one is put before a person.
refusal_told = Namespace().signal("refusal-told")


def tell(refusal: Refused) -> str:
    """The refusal in the reader's language, for a page that answers what somebody attempted.

    A reason shown beside a step that nobody attempted is only worded: `messages.sentence`.
    """
    log.info("refused", code=refusal.code)
    refusal_told.send(cast("Any", current_app)._get_current_object(), refusal=refusal)
    return sentence(refusal)
