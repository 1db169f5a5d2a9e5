"""A late notice is withdrawn on its page: what is undone is told first, and history shows both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest
from flask import Flask

from backoffice.disbursement.rules.recoveries import RecoveryState
from backoffice.people.rules import ENGLISH
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import sent, tells
from tests.disbursement.test_late_repayments import (
    REPAID,
    a_late_notice,
    demand,
)
from tests.disbursement.test_late_withdrawals import WHY, an_accepted_july, withdraw
from tests.disbursement.test_loan_pages import BASE, loan_url, officer
from tests.given import loans as world
from tests.given import recoveries as owed
from tests.given.refusals import speaking
from tests.given.web import page, signed_in, submit, words_of


def a_told_loan(office: Office) -> tuple[int, int, str]:
    """June paid and told late of: the loan, its case, and the page that withdraws the notice."""
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    told = world.movements(office, loan_id)[-1]
    return loan_id, case_id, loan_url(case_id, f"/movements/{told.id}/withdrawal")


def test_the_page_tells_what_is_undone_and_history_shows_both(app: Flask, office: Office) -> None:
    loan_id, case_id, url = a_told_loan(office)
    client = officer(app)
    assert page(client, loan_url(case_id)).select_one(f"#movements a[href='{url}']") is not None

    told = words_of(client.get(url))

    for said in (
        "112年6月16日還本 5,000,000 元，銀行通知 銀放字第001號",
        "目前本金 30,000,000 元 35,000,000 元",
        "應追繳利息 3,278 元 0 元",
        "第 1 期款的追繳 3,278 元 0 元",
        "補貼上限 486,366 元",
        "撤回後不能再恢復。",
    ):
        assert said in told, said
    assert submit(client, url, reason=WHY).status_code == 303

    told = words_of(client.get(loan_url(case_id)))
    assert "已撤回還本登錄及其追繳，補貼上限已重算。" in told
    assert f"已撤回 {given.OFFICER.name}" in told
    assert told.count(WHY) == 1
    assert page(client, loan_url(case_id)).select_one(f"a[href='{url}']") is None
    found = owed.the_recovery(office, case_id)
    told = words_of(client.get(f"{BASE}/recoveries/{found.id}"))
    assert "撤回還本登錄，不再追繳" in told
    assert WHY in told
    assert "尚欠 0 元" in told
    assert "作成追繳處分" not in told
    assert "撤回還本登錄" in words_of(client.get(f"/cases/{case_id}/timeline"))
    shelf = page(client, f"{BASE}/recoveries?show=withdrawn")
    (row,) = shelf.select("#recoveries tbody tr")
    assert [cell.text.strip() for cell in row.select("th, .n")][0::3] == ["未作成", "0"]
    assert "已撤回 1" in words_of(client.get(f"{BASE}/recoveries"))
    assert world.loan_row_of(office, loan_id).state == "RUNNING"


def test_a_reason_is_asked_for(app: Flask, office: Office) -> None:
    _loan, case_id, url = a_told_loan(office)

    response = submit(officer(app), url, reason=" ")

    assert response.status_code == 422
    assert owed.the_recovery(office, case_id).state is RecoveryState.PREPARED


def test_the_form_sent_twice_withdraws_once(app: Flask, office: Office) -> None:
    _loan, case_id, url = a_told_loan(office)
    client = officer(app)
    fields = {
        str(field["name"]): str(field.get("value", ""))
        for field in page(client, url).select("main form input[name]")
    }
    fields["reason"] = WHY

    answers = [client.post(url, data=fields).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert owed.the_recovery(office, case_id).state is RecoveryState.WITHDRAWN


def _demanded(office: Office, loan_id: int) -> None:
    demand(office, world.loan_row_of(office, loan_id).case_id, date(2023, 9, 1))


def _moved_again(office: Office, loan_id: int) -> None:
    world.move(office, loan_id, 1, date(2023, 9, 1))


def _accepted_by_it(office: Office, _loan_id: int) -> None:
    an_accepted_july(office)


MEANWHILE: Mapping[str, Callable[[Office, int], None]] = {
    "loan.notice_demanded": _demanded,
    "loan.notice_not_last": _moved_again,
    "loan.notice_rested_on": _accepted_by_it,
    "loan.notice_withdrawn": withdraw,
}


@pytest.mark.parametrize("code", sorted(MEANWHILE))
def test_an_older_page_is_told_why_not(app: Flask, office: Office, code: str) -> None:
    loan_id, case_id, url = a_told_loan(office)
    version = str(owed.the_recovery(office, case_id).version)
    MEANWHILE[code](office, loan_id)
    client = officer(app)

    answer = sent(client, url, version=version, reason=WHY)

    assert answer.status_code == 422
    assert tells(answer, code)
    assert tells(client.get(url), code)
    assert page(client, url).select_one("main form textarea") is None


def test_what_demands_nothing_cannot_be_withdrawn(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    world.move(office, loan_id, REPAID, date(2023, 7, 1))
    told = world.movements(office, loan_id)[-1]
    url = loan_url(told.case_id, f"/movements/{told.id}/withdrawal")
    client = officer(app)

    assert tells(sent(client, url, version="0", reason=WHY), "loan.notice_no_demand")

    assert page(client, loan_url(told.case_id)).select_one(f"a[href='{url}']") is None


def test_what_was_paid_by_it_is_told(app: Flask, office: Office) -> None:
    _loan, _case, url = a_told_loan(office)
    claim_id = an_accepted_july(office)
    world.pay(office, claim_id, date(2023, 9, 20))

    told = words_of(officer(app).get(url))

    assert "112/07/01–112/07/31 的利息已依這筆還本後的餘額撥付 40,640 元，撤回後不補付差額" in told


def test_the_page_speaks_english(app: Flask, office: Office) -> None:
    _loan, _case, url = a_told_loan(office)

    with speaking(app, ENGLISH):
        told = words_of(officer(app).get(url))

    assert "Withdraw a repayment entry" in told
    assert "A withdrawal cannot be undone." in told


def test_another_case_s_movement_is_not_found(app: Flask, office: Office) -> None:
    _loan, case_id, _url = a_told_loan(office)

    assert officer(app).get(loan_url(case_id, "/movements/999/withdrawal")).status_code == 404


def test_who_may_not_work_on_loans_withdraws_nothing(app: Flask, office: Office) -> None:
    _loan, case_id, url = a_told_loan(office)

    for person in (given.ACCOUNTING, given.MANAGER, given.AUDITOR):
        client = signed_in(app, person)
        assert client.get(url).status_code == 403
        shown = page(client, loan_url(case_id)).select_one(f"#movements a[href='{url}']")
        assert shown is None
