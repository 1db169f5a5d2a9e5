"""The administrator sees when the last backup was taken; nobody else is shown it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from backoffice.access import SYSTEM
from backoffice.upkeep import record_backup
from backoffice.use_case import Office
from tests import given
from tests.given.web import signed_in, words_of

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def test_the_administrator_sees_the_last_backup(app: Flask, office: Office) -> None:
    client = signed_in(app, given.ADMIN)
    before = words_of(client.get("/settings"))

    office.perform(record_backup, SYSTEM, AT, 1, "0" * 64, "1" * 64)

    assert "最近一次備份 尚未備份" in before
    assert "最近一次備份 115/03/02 09:30" in words_of(client.get("/settings"))


def test_nobody_else_is_shown_it(app: Flask) -> None:
    assert "備份" not in words_of(signed_in(app, given.OFFICER).get("/settings"))
