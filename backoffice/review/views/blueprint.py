"""The blueprint that the room's pages stand on."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

blueprint: Final = Blueprint("review", __name__, url_prefix="/review")
