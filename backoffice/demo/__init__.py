"""The demonstration world: made only by performing use cases, with a clock moved forward.

It begins on 2023-04-17 and stands at 2024-07-01 09:00 in Taipei when it is ready; from there its
clock goes on, and never back.
"""

from __future__ import annotations

from backoffice.demo.people import accounts
from backoffice.demo.story import perform

__all__ = ["accounts", "perform"]
