"""Documents to change and read: a shipped edition as plain tables, and a small one of its own."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from backoffice.scheme import registry
from backoffice.scheme.rules import InvalidEdition, parse

EDITIONS = Path(registry.__file__).parent / "editions"

TWELFTH = """
scheme = "S12"
number = 1
title_zh = "試辦方案"
title_en = "A trial scheme"
flow = "seat"
measure = { value = 9, source = "assumed" }
funding_source = { value = "試辦預算", source = "assumed" }

[[agencies]]
name = { value = "經濟部", source = "assumed" }

[applies]
from = { value = 2023-02-21T00:00:00+08:00, source = "assumed" }

[window]
opens_at = { value = 2023-05-01T09:00:00+08:00, source = "assumed" }
roll_to_business_day = { value = false, source = "assumed" }

[window.early_close_causes]
quota_full = { value = true, source = "assumed" }

[[variants]]
key = "only"
label_zh = "唯一類別"
label_en = "The only one"

[eligibility]

[seats]
total = { value = 2, source = "assumed" }
order = { value = "acceptance", source = "assumed" }
fee = { value = 100, source = "assumed" }
refund_days = { value = 30, source = "assumed" }
reoffer = { value = true, source = "assumed" }
"""


def shipped(name: str) -> dict[str, Any]:
    """The document of a shipped edition, as tables that may be changed."""
    return tomllib.loads((EDITIONS / f"{name}.toml").read_text(encoding="utf-8"))


def sourced(value: object) -> dict[str, object]:
    """A rule with a source."""
    return {"value": value, "source": "assumed"}


def faults(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Where and how a document is wrong; empty if it can be read."""
    try:
        parse(document)
    except InvalidEdition as problem:
        return {(fault.path, fault.code) for fault in problem.faults}
    return set()


def write_edition(directory: Path, name: str, text: str) -> None:
    """Lay an edition's text where the registry looks for it."""
    path = directory / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
