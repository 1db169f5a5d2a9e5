"""Power is a page that anybody can read; whoever changes power changes the page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backoffice.access import GRANTS, STAFF_ROLES, SYSTEM, Actor, Permission, Role
from backoffice.kernel.refusal import Refused
from backoffice.messages import ACTS
from backoffice.messages.people import PERMISSIONS
from backoffice.use_case import REGISTER, Office
from tests import given
from tests.people import permissions

GOLDEN = Path(__file__).parents[1] / "golden" / "permissions.md"

permissions.load_all_rooms()


def test_the_page_of_permissions_is_the_one_that_was_agreed(app: Flask) -> None:
    with app.test_request_context():
        page = permissions.page()
    if os.environ.get("REGENERATE"):
        GOLDEN.write_text(page, encoding="utf-8")

    assert page == GOLDEN.read_text(encoding="utf-8")


def test_every_permission_has_words() -> None:
    assert set(PERMISSIONS) == {permission.value for permission in Permission}


def test_every_deed_has_words() -> None:
    assert [name for name in permissions.deeds() if name not in ACTS] == []


def test_words_are_kept_for_no_deed_that_is_gone() -> None:
    assert [name for name in ACTS if name not in REGISTER] == []


def test_every_permission_is_somebody_s_and_not_everybody_s() -> None:
    everybody = {Permission.ACCOUNT_OWN, Permission.SCHEME_READ}
    for permission in Permission:
        holders = [role for role in Role if permission in GRANTS[role]]
        assert holders
        if permission not in everybody:
            assert len(holders) < len(STAFF_ROLES)


def test_whoever_reads_everything_changes_nothing() -> None:
    changing = {
        REGISTER[name].requires for name in permissions.deeds() if not name.startswith("audit.")
    }

    assert GRANTS[Role.AUDITOR] & changing == {Permission.ACCOUNT_OWN}


def test_whoever_manages_people_sees_no_case() -> None:
    assert GRANTS[Role.ADMIN] == {
        Permission.ACCOUNT_OWN,
        Permission.SCHEME_READ,
        Permission.PEOPLE_MANAGE,
    }


def test_no_one_role_makes_and_approves_and_sends_a_sheet() -> None:
    ladder = {
        Permission.SHEET_MAKE,
        Permission.SHEET_APPROVE,
        Permission.SHEET_SEND,
    }
    assert all(len(GRANTS[role] & ladder) <= 1 for role in Role)


def test_the_system_does_nothing_that_is_for_a_person_to_decide() -> None:
    for permission in (
        Permission.ACCOUNT_OWN,
        Permission.CASE_DECIDE,
        Permission.REVIEW_SCORE,
        Permission.SHEET_APPROVE,
        Permission.SHEET_SEND,
    ):
        assert permission not in GRANTS[Role.SYSTEM]


def refused_to(permission: Permission) -> list[Actor]:
    """One person of each role (and the system) that does not hold the permission."""
    each = {person.role: person for person in (*given.ROSTER, SYSTEM)}
    return [person for person in each.values() if not person.may(permission)]


def test_every_deed_is_refused_to_every_role_that_may_not(office: Office) -> None:
    nothing: tuple[Any, ...] = ()
    for name in permissions.deeds():
        others = refused_to(REGISTER[name].requires)

        assert others, f"{name} is refused to nobody"
        for person in others:
            with pytest.raises(Refused) as refusal:
                office.perform(REGISTER[name], person, *nothing)
            assert refusal.value.code == "access.denied"
            assert refusal.value.facts == {"act": name}
