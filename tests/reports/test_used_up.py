"""The manager declares a scheme's money used up, and the board says so."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.access import Actor
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.given import waiting
from tests.given.web import signed_in, submit, words_of

USED_UP = "/reports/schemes/S01/used-up"
BOARD = "/reports/board?scheme=S01"


@pytest.mark.scenario("A07")
def test_the_manager_sees_what_closes_and_who_waits_before_declaring(
    app: Flask, office: Office
) -> None:
    waiting.an_offered_case(office, 1_200_000)
    waiting.wait_in_line(office, waiting.a_case(office))
    manager = signed_in(app, given.MANAGER)

    board = words_of(manager.get(BOARD))
    shown = words_of(manager.get(USED_UP))
    answer = submit(manager, USED_UP, document_number="經企字第9號")

    assert "宣告 S01 經費用罄" in board
    assert "受理截止 112/12/21 00:00 確認當時" in shown
    assert "目前候補 1 案；部分核定保留 1,200,000 元" in shown
    assert "宣告後不能撤回" in shown
    assert answer.headers["Location"] == BOARD
    after = words_of(manager.get(BOARD))
    assert "112/04/17 09:00 用罄，停止受理" in after
    assert "下一頁列出停止受理的時點" not in after


def test_money_that_is_left_is_warned_of(app: Flask, office: Office) -> None:
    world.a_budget(office, 500)

    shown = words_of(signed_in(app, given.MANAGER).get(USED_UP))

    assert "可用餘額尚有 500 元。宣告後不再受理新案" in shown


def test_the_board_counts_who_could_be_served(app: Flask, office: Office) -> None:
    waiting.a_line(office, 1)
    world.a_budget(office, 2_000_000)

    assert "候補 1 案可動用餘額遞補" in words_of(signed_in(app, given.MANAGER).get(BOARD))


def test_it_is_declared_once(app: Flask) -> None:
    manager = signed_in(app, given.MANAGER)
    submit(manager, USED_UP, document_number="經企字第9號")

    answer = submit(manager, USED_UP, document_number="經企字第10號", reason="再次")

    assert answer.status_code == 422
    assert "方案 S01 已於 112年4月17日 09:00 停止受理，不能再次宣告。" in words_of(answer)


def test_a_closed_round_is_not_declared_used_up(app: Flask, clock: FixedClock) -> None:
    clock.advance(days=400)

    answer = submit(signed_in(app, given.MANAGER), USED_UP, document_number="經企字第9號")

    assert answer.status_code == 422
    assert "目前不在受理中，不必宣告用罄。" in words_of(answer)


def test_a_round_that_does_not_end_with_its_money_is_not_used_up(app: Flask) -> None:
    url = USED_UP.replace("S01", "S10")

    answer = submit(signed_in(app, given.MANAGER), url, document_number="經企字第9號")

    assert answer.status_code == 422
    assert "方案 S10 未訂因經費用罄而停止受理，不能辦理本項。" in words_of(answer)


def test_another_round_than_the_page_showed_is_refused(app: Flask) -> None:
    manager = signed_in(app, given.MANAGER)

    answer = submit(manager, USED_UP, document_number="經企字第9號", edition="S01/9")

    assert answer.status_code == 422
    assert "方案 S01 現為版本 S01/1，與頁面所示不同。" in words_of(answer)


def test_an_unknown_scheme_is_not_found(app: Flask) -> None:
    url = USED_UP.replace("S01", "S99")

    assert signed_in(app, given.MANAGER).get(url).status_code == 404


@pytest.mark.parametrize("person", [given.CONVENOR, given.OFFICER, given.AUDITOR])
def test_only_the_manager_declares(app: Flask, person: Actor) -> None:
    client = signed_in(app, person)

    assert client.get(USED_UP).status_code == 403
    assert "宣告 S01 經費用罄" not in words_of(client.get(BOARD))
