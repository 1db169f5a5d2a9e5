"""The room's blueprint; its addresses are given whole, since the door stands at the root."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

blueprint: Final = Blueprint("people", __name__)
