"""Who a request comes from, and in which language they are answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog
from flask import has_request_context, request
from sqlalchemy.exc import DBAPIError

from backoffice.access import Actor
from backoffice.db import sessions
from backoffice.people.operations import token_digest, touch
from backoffice.people.operations.sign_in import SEEN_EVERY
from backoffice.people.queries import visitor_row
from backoffice.people.rules import TAIWANESE, first_spoken, locale_of
from backoffice.web import guard

LANGUAGE_COOKIE: Final = "language"

log = structlog.get_logger("backoffice")


def load_visitor(token: str) -> guard.Visitor | None:
    """The person whose live session the token opens; rights are read anew at every request."""
    now = guard.now()
    row = visitor_row(sessions.session(), token_digest(token), now, idle())
    if row is None:
        return None
    if now - row.last_seen_at >= SEEN_EVERY:
        _note_use(row.actor, row.session_id)
    return guard.Visitor(
        row.actor,
        session_id=row.session_id,
        locale=row.locale,
        density=row.density,
        shortcuts=row.shortcuts,
        must_change_password=row.must_change_password,
    )


def _note_use(actor: Actor, session_id: int) -> None:
    try:
        guard.house().office.perform(touch, actor, session_id, network())
    except DBAPIError as error:
        # A disk that is full must not keep anybody from reading; the session ends by itself.
        log.warning("use not noted", reason=type(error).__name__)


def idle() -> timedelta:
    """How long a session may stand unused."""
    return timedelta(minutes=guard.house().idle_minutes)


def idle_from() -> datetime:
    """A session that was last used before this instant has ended."""
    return guard.now() - idle()


def network() -> str:
    """The address that the request came from."""
    return request.remote_addr or ""


def locale() -> str:
    """The reader's language: as chosen by their account, else their browser, else zh-TW."""
    if not has_request_context():
        return TAIWANESE
    who = guard.visitor()
    if who is not None:
        return who.locale
    chosen = locale_of(request.cookies.get(LANGUAGE_COOKIE, ""))
    return chosen or first_spoken(tag for tag, _quality in request.accept_languages)
