"""Posting: all or nothing, never below the floor, once for a key."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.access import SYSTEM, Permission
from backoffice.db import sessions
from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Refused
from backoffice.ledger.operations import appropriate, post
from backoffice.ledger.queries import balance, budget_line, entries, history
from backoffice.ledger.rules import Stage, Transfer, move
from backoffice.use_case import Act, Office, use_case


@use_case("test.appropriate", requires=Permission.SYSTEM)
def give_money(act: Act, amount: int) -> None:
    appropriate(act, "S01", Ntd(amount), key=f"appropriation:{amount}", memo="法定預算")


@use_case("test.post", requires=Permission.SYSTEM)
def post_these(act: Act, transfers: tuple[Transfer, ...]) -> None:
    post(act, *transfers)


def commitment(key: str, amount: int) -> Transfer:
    return move(
        "S01", Stage.AVAILABLE, Stage.COMMITTED, Ntd(amount), key=key, memo="核定", case_id=None
    )


def test_an_appropriation_becomes_available(office: Office, app: Flask) -> None:
    office.perform(give_money, SYSTEM, 1_000_000)

    with app.app_context():
        line = budget_line(sessions.session(), "S01")
    assert (line.appropriation, line.amount(Stage.AVAILABLE)) == (Ntd(1_000_000), Ntd(1_000_000))


@pytest.mark.parametrize(("wanted", "left"), [(999_999, 1), (1_000_000, 0)])
def test_money_is_committed_down_to_the_last_dollar(
    office: Office, app: Flask, wanted: int, left: int
) -> None:
    office.perform(give_money, SYSTEM, 1_000_000)

    office.perform(post_these, SYSTEM, (commitment("a", wanted),))

    with app.app_context():
        assert balance(sessions.session(), "S01/available") == left


def test_one_dollar_too_many_is_refused_and_nothing_moves(office: Office, app: Flask) -> None:
    office.perform(give_money, SYSTEM, 1_000_000)

    with pytest.raises(Refused) as refusal:
        office.perform(post_these, SYSTEM, (commitment("a", 400_000), commitment("b", 600_001)))

    assert refusal.value.code == "budget.exhausted"
    assert refusal.value.facts["available"] == 1_000_000
    with app.app_context():
        assert balance(sessions.session(), "S01/available") == 1_000_000
        assert history(sessions.session(), case_id=1) == ()


def test_the_same_transfer_posted_again_is_done_already(office: Office, app: Flask) -> None:
    office.perform(give_money, SYSTEM, 1_000_000)
    office.perform(post_these, SYSTEM, (commitment("a", 300_000),))

    office.perform(post_these, SYSTEM, (commitment("a", 300_000),))

    with app.app_context():
        assert balance(sessions.session(), "S01/committed") == 300_000
        assert len(entries(sessions.session(), name="S01/committed")) == 1


def test_another_transfer_under_the_same_key_is_a_bug(office: Office) -> None:
    office.perform(give_money, SYSTEM, 1_000_000)
    office.perform(post_these, SYSTEM, (commitment("a", 300_000),))

    with pytest.raises(AssertionError):
        office.perform(post_these, SYSTEM, (commitment("a", 300_001),))


def test_a_scheme_without_accounts_is_refused_by_name(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        office.perform(post_these, SYSTEM, (commitment("a", 1),))

    assert refusal.value.code == "ledger.no_account"
    assert refusal.value.facts["scheme"] == "S01"
