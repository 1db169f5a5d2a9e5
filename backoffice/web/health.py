"""Whether this process runs, whether it is ready to serve, and its figures: for supervisors."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from flask import Blueprint, Response, current_app
from sqlalchemy.exc import DBAPIError

from backoffice.db import revision, sessions
from backoffice.kernel.clock import Clock
from backoffice.upkeep import last_round, stock
from backoffice.web import metrics
from backoffice.web.guard import PUBLIC, page

blueprint = Blueprint("health", __name__)

PLAIN = "text/plain"
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/healthz")
@page(requires=PUBLIC)
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype=PLAIN)


@blueprint.get("/readyz")
@page(requires=PUBLIC)
def ready() -> Response:
    """The database answers at the newest migration, and a worker is there; else 503, and which."""
    missing = _missing()
    return Response(f"{missing or 'ok'}\n", status=503 if missing else 200, mimetype=PLAIN)


def _missing() -> str | None:
    """The first part that is not ready: "database", "migration" or "worker"."""
    session = sessions.session()
    try:
        stands_at = revision(session)
        if stands_at != _newest(str(current_app.extensions["migrate"].directory)):
            return "migration"
        seen = last_round(session)
    except DBAPIError:
        return "database"
    config = current_app.config
    clock: Clock = config["MACHINE_CLOCK"]
    # From the start of this process: a worker that starts beside it needs a moment too.
    silent_since = max(seen or config["STARTED_AT"], config["STARTED_AT"])
    silent_for = clock.now() - silent_since
    return "worker" if silent_for > timedelta(seconds=config["WORKER_GRACE_SECONDS"]) else None


@lru_cache(maxsize=4)
def _newest(migrations: str) -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(migrations).get_current_head()


@blueprint.get("/metrics")
@page(requires=PUBLIC)
def measures() -> Response:
    """The figures, for this machine only: asked through a server in front, 403."""
    if not metrics.is_asked_from_here():
        return Response("loopback only\n", status=403, mimetype=PLAIN)
    clock: Clock = current_app.config["MACHINE_CLOCK"]
    figures = metrics.exposition(stock(sessions.session()), clock.now())
    return Response(figures, content_type=EXPOSITION)
