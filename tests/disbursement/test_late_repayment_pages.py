"""A late notice on its page: what will be demanded is told first, then what became of it."""

from __future__ import annotations

from datetime import date

from flask import Flask

from backoffice.people.rules import ENGLISH
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import refused, sent, tells, typed
from tests.disbursement.test_late_repayments import (
    TOO_MUCH,
    a_late_notice,
    demand,
)
from tests.disbursement.test_loan_pages import BASE, case_id_of, loan_url, officer
from tests.given import loans as world
from tests.given import recoveries as owed
from tests.given.disbursement import at
from tests.given.refusals import speaking
from tests.given.web import page, signed_in, submit, words_of

NOTICE = {
    "kind": "REPAY",
    "moved_on": "112/06/16",
    "amount": "5,000,000",
    "notice": "銀放字第9號",
}


def test_the_page_tells_what_will_be_demanded_before_anything_is_saved(
    app: Flask, office: Office
) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = case_id_of(office, loan_id)
    client, url = officer(app), loan_url(case_id, "/movement")

    first = submit(client, url, **NOTICE)

    assert first.status_code == 200
    told = words_of(first)
    for said in ("112/06/01–112/06/30", "45,884", "42,606", "登錄還本，追繳 3,278 元"):
        assert said in told
    assert "登錄後不能修改或刪除，請先與銀行通知核對" in told
    assert [typed(first, name) for name in ("moved_on", "amount", "notice")] == [
        "112/06/16",
        "5,000,000",
        "銀放字第9號",
    ]
    assert typed(first, "shown") == str(TOO_MUCH)
    assert len(world.movements(office, loan_id)) == 1

    second = submit(client, url, **NOTICE, shown=str(TOO_MUCH))

    assert second.status_code == 303
    told = words_of(client.get(loan_url(case_id)))
    assert "已登錄，並列入追繳 3,278 元，請作成處分。" in told
    assert "112年6月16日還本 5,000,000 元（銀行通知 銀放字第9號），溢付利息補貼" in told
    lines = page(client, loan_url(case_id)).select_one("#lines tbody")
    assert lines is not None
    assert "追繳 3,278 元" in lines.get_text()


def test_the_demand_says_which_instalment_and_goes_on_as_any_other(
    app: Flask, office: Office
) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    client = officer(app)
    found = owed.the_recovery(office, case_id)
    url = f"{BASE}/recoveries/{found.id}"

    waiting = words_of(client.get(url))
    assert "第 1 期款（112/08/20 入帳）：追繳 3,278 元" in waiting
    assert "尚未作成" in waiting
    assert "應追繳 3,278 元：結算" in waiting
    assert "登錄撥貸或還本" in words_of(client.get(f"/cases/{case_id}/timeline"))
    demand(office, case_id, date(2023, 9, 1))
    assert "追繳中" in words_of(officer(app).get(url))


def test_a_demand_that_has_changed_since_is_shown_again(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    client, url = officer(app), loan_url(case_id_of(office, loan_id), "/movement")

    for garbled in ("3277", "", "x"):
        response = submit(client, url, **NOTICE, shown=garbled)
        assert "登錄還本，追繳 3,278 元" in words_of(response)
    assert len(world.movements(office, loan_id)) == 1


def test_a_period_accepted_and_not_paid_is_told_with_what_was_typed(
    app: Flask, office: Office
) -> None:
    loan_id = world.a_registered_loan(office)
    claim_id = world.a_bank_claim(office)
    world.accept(office, claim_id)
    client, url = officer(app), loan_url(case_id_of(office, loan_id), "/movement")

    refused(client, url, "loan.accepted_unpaid", "notice", NOTICE)

    world.an_approved_sheet(office, claim_id)
    refused(client, url, "loan.payment_awaited", "notice", NOTICE)
    assert len(world.movements(office, loan_id)) == 1


def test_a_repayment_that_is_refused_anyway_shows_no_demand(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    client, url = officer(app), loan_url(case_id_of(office, loan_id), "/movement")

    response = submit(client, url, **NOTICE | {"amount": "35,000,001"})

    assert tells(response, "loan.repaid_over")
    assert page(client, url).select_one("#excesses") is None
    assert "追繳" not in words_of(response).partition("登錄後")[0]


def test_a_subsidy_with_interest_owed_is_not_ended(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = a_late_notice(office, loan_id)
    at(office, date(2024, 6, 1))
    client, url = officer(app), loan_url(case_id, "/end")

    assert tells(client.get(url), "closing.clawback_open")
    version = str(world.loan_row_of(office, loan_id).version)
    assert tells(sent(client, url, version=version), "closing.clawback_open")


def test_after_the_end_the_page_offers_nothing_but_a_late_notice(
    app: Flask, office: Office
) -> None:
    loan_id, _claim = world.a_paid_month(office)
    case_id = case_id_of(office, loan_id)
    at(office, date(2024, 6, 1))
    submit(officer(app), loan_url(case_id, "/end"))
    client, url = officer(app), loan_url(case_id, "/movement")

    shown = page(client, loan_url(case_id))
    assert shown.select_one(f"a[href='{url}']") is not None
    assert shown.select_one(f"a[href='{loan_url(case_id, '/breach')}']") is None
    first = submit(client, url, **NOTICE)
    assert typed(first, "shown") == str(TOO_MUCH)
    assert submit(client, url, **NOTICE, shown=str(TOO_MUCH)).status_code == 303
    assert owed.the_recovery(office, case_id).amount.dollars == TOO_MUCH


def test_the_preview_speaks_english(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    client, url = officer(app), loan_url(case_id_of(office, loan_id), "/movement")

    with speaking(app, ENGLISH):
        told = words_of(submit(client, url, **NOTICE))

    assert "Interest subsidy overpaid" in told
    assert "Enter the repayment and recover NT$3,278" in told


def test_who_may_not_work_on_loans_enters_nothing(app: Flask, office: Office) -> None:
    loan_id, _claim = world.a_paid_month(office)
    url = loan_url(case_id_of(office, loan_id), "/movement")

    for person in (given.ACCOUNTING, given.MANAGER, given.AUDITOR):
        assert signed_in(app, person).get(url).status_code == 403
