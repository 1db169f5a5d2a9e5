"""Whether this process runs, and whether it is ready to serve: for supervisors, not for people."""

from __future__ import annotations

from flask import Blueprint, Response, current_app
from sqlalchemy.exc import DBAPIError

from backoffice.db import revision, sessions
from backoffice.web.guard import PUBLIC, page

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@page(requires=PUBLIC)
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@page(requires=PUBLIC)
def ready() -> Response:
    """The database answers and stands at the newest migration; 503 otherwise."""
    try:
        stands_at = revision(sessions.session())
    except DBAPIError:
        return Response("database\n", status=503, mimetype="text/plain")
    from alembic.script import ScriptDirectory

    newest = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    if stands_at != newest:
        return Response("migration\n", status=503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
