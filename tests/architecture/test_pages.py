"""Routes and templates mirror each other; addresses are kebab-case; none comes or goes unseen."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from backoffice.web import guard

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "routes.txt"
SEGMENT = re.compile(
    r"^(?:[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:[a-z]+|<any\([a-z, \"]+\):kind>))?"
    r"|<(?:int:|path:|any\([a-z\-, \"]+\):)?[a-z_]+>)$"
)


def routes(app: Flask) -> list[str]:
    """Each route: what it requires, its methods, its address, its endpoint."""
    return sorted(
        f"{rule.rule} [{' '.join(sorted(rule.methods - {'HEAD', 'OPTIONS'}))}] "
        f"{guard.requirement(app, rule.endpoint)} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        if rule.methods is not None
    )


def test_addresses_are_kebab_case(app: Flask) -> None:
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        for segment in rule.rule.strip("/").split("/")
        if segment and not SEGMENT.match(segment) and rule.endpoint != "static"
    ]

    assert odd == []


def test_no_route_comes_or_goes_unseen(app: Flask) -> None:
    """After a deliberate change, write the new list: `pytest … --regenerate`."""
    assert routes(app) == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_every_template_is_a_page_and_belongs_to_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint.replace(".", "/") + ".html" for rule in app.url_map.iter_rules()}
    templates = {
        str(file.relative_to(ROOT / "templates"))
        for file in (ROOT / "templates").rglob("*.html")
        if not any(part.startswith("_") for part in file.relative_to(ROOT / "templates").parts)
    }

    assert templates - endpoints == {"errors/error.html"}
