"""Nobody can make a payment and pay it: proved over every pair of deeds and of roles."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given as given_value
from hypothesis import strategies as st

from backoffice.access import GRANTS, STAFF_ROLES, Permission
from backoffice.disbursement.rules.claims import flagged_since, is_flagged
from backoffice.disbursement.rules.separation import (
    LADDER,
    Deed,
    Person,
    bar,
    holes,
    pairs,
    staffing,
)
from backoffice.disbursement.views.separation import by_role
from backoffice.kernel.refusal import Refused
from backoffice.use_case import Office
from tests import given
from tests.given import sheets as desk
from tests.given.web import signed_in, words_of

PAGE = "/disbursement/separation"


def test_the_shipped_roles_have_no_hole() -> None:
    assert holes(pairs(by_role())) == ()


def test_every_two_steps_of_the_ladder_are_barred_by_law_and_not_by_roles_alone() -> None:
    for first in LADDER:
        for second in LADDER[LADDER.index(first) + 1 :]:
            assert bar(first, second) is not None, (first, second)


def test_no_role_grants_both_the_making_and_the_sending() -> None:
    for role in STAFF_ROLES:
        assert not GRANTS[role] >= {Permission.SHEET_MAKE, Permission.SHEET_SEND}


def test_a_role_that_could_do_everything_would_still_be_barred() -> None:
    assert holes(pairs({"omnipotent": frozenset(Deed)})) == ()


def test_a_law_with_a_gap_is_named_with_the_roles_that_fit_through() -> None:
    def forgetful(first: Deed, second: Deed) -> Refused | None:
        return None if (first, second) == (Deed.MAKE, Deed.SEND) else bar(first, second)

    (hole,) = holes(pairs(by_role(), forgetful))

    assert (hole.first, hole.second) == (Deed.MAKE, Deed.SEND)
    assert hole.same == ()
    assert hole.changed == (("accounting", "cashier"),)


def test_a_gap_for_those_who_change_a_line_is_named_too() -> None:
    def forgetful(first: Deed, second: Deed) -> Refused | None:
        return None if (first, second) == (Deed.CHANGE, Deed.CHECK) else bar(first, second)

    (hole,) = holes(pairs(by_role(), forgetful))

    assert hole.same == ("officer", "accounting")


@pytest.mark.parametrize("second", [Deed.MAKE, Deed.CHECK, Deed.APPROVE, Deed.SEND])
def test_who_scored_a_case_takes_no_step_of_its_sheet(second: Deed) -> None:
    refusal = bar(Deed.SCORE, second)

    assert refusal is not None
    assert refusal.code == "sheet.scored"


def test_four_people_are_needed_and_named() -> None:
    every = frozenset(Deed)
    people = [Person(number, str(number), every) for number in range(4)]

    assert staffing(people) == tuple(people)
    assert staffing(people[:3]) is None


def test_the_one_who_can_do_two_steps_is_kept_for_the_one_nobody_else_can() -> None:
    both = Person(1, "甲", frozenset({Deed.MAKE, Deed.CHECK}))
    maker = Person(2, "乙", frozenset({Deed.MAKE}))
    manager = Person(3, "丙", frozenset({Deed.APPROVE}))
    cashier = Person(4, "丁", frozenset({Deed.SEND}))

    assert staffing([both, maker, manager, cashier]) == (maker, both, manager, cashier)


def test_the_auditor_reads_the_proof_and_who_is_in_service(app: Flask, office: Office) -> None:
    desk.a_settled_sheet(office)

    told = words_of(signed_in(app, given.AUDITOR).get(PAGE))

    assert "沒有任何一人能對同一筆款項既編製又付款" in told
    assert "至今 1 份清冊，其中同一人辦理兩個步驟者 0 份" in told
    assert given.MANAGER.name in told


def test_others_do_not_open_it(app: Flask) -> None:
    for who in (given.ACCOUNTING, given.CASHIER, given.OFFICER):
        assert signed_in(app, who).get(PAGE).status_code == 403


@given_value(st.integers(0, 60 * 24 * 60))
def test_the_database_flags_the_accounts_that_the_rule_flags(minutes: int) -> None:
    entered_at = datetime(2023, 10, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    today = date(2023, 11, 20)

    flagged = is_flagged(replaces=True, entered_at=entered_at, today=today)

    assert flagged == (entered_at >= flagged_since(today))
