"""What a database is, once and for ever: a demonstration or a place of real work."""

from __future__ import annotations

from backoffice.access import Permission
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Act, Installation, use_case


@use_case("installation.make", requires=Permission.SYSTEM)
def make_installation(act: Act, *, demonstration: bool) -> None:
    """Say what this database is; saying the same again changes nothing.

    Refuses "installation.is_real" and "installation.is_demonstration" when it is the other one.
    """
    made = act.session.get(Installation, 1)
    if made is None:
        act.session.add(Installation(id=1, demonstration=demonstration, made_at=act.now))
    elif made.demonstration != demonstration:
        kind = "is_demonstration" if made.demonstration else "is_real"
        raise Refused(f"installation.{kind}")
