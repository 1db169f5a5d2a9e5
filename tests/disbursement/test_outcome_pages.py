"""The pages of the consortium and of the targets, and the contract that divides the budget."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.taiwan import local_date, roc_slashes
from backoffice.use_case import Office
from tests import given
from tests.cases import workbook
from tests.disbursement.pages import pdf, refused, tells
from tests.disbursement.test_consortium import partners
from tests.given import life
from tests.given.life import Life
from tests.given.web import counted_queries, page, signed_in, submit, words_of


def url_of(case: Life, name: str) -> str:
    return f"/disbursement/cases/{case.case_id}/{name}"


def today(case: Life) -> str:
    return roc_slashes(local_date(case.office.clock.now()))


def passed(case: Life) -> dict[str, str]:
    return {"result": "PASS", "letter_number": "經企字第1130506號", "letter_on": today(case)}


def test_the_case_sheet_shows_the_centre_with_what_its_partners_leave(
    app: Flask, office: Office
) -> None:
    case = life.a_case(office, "S02", 成員=partners(10))

    document = page(signed_in(app, given.OFFICER), f"/cases/{case.case_id}")

    rows = [row.get_text(" ", strip=True) for row in document.select("#members tbody tr")]
    assert len(rows) == 11
    assert "中心廠" in rows[0]
    assert "1,000,000" in rows[0]
    assert "100,000" in rows[1]
    foot = document.select_one("#members tfoot")
    assert foot is not None
    assert "中心廠 1 家、合作廠商 10 家" in foot.get_text()
    assert foot.get_text().count("2,000,000") == 2


def test_the_case_sheet_shows_what_was_promised_beside_what_is_asked(
    app: Flask, office: Office
) -> None:
    case = life.a_case(office, "S11", 體驗人次="800")

    document = page(signed_in(app, given.OFFICER), f"/cases/{case.case_id}")

    rows = [row.get_text(" ", strip=True) for row in document.select("#promises tbody tr")]
    assert rows == [
        "導入服務數 至少 1 1 符合",
        "體驗人次 至少 500 800 符合",
        "減碳公斤數 至少 500 500 符合",
    ]


def test_other_schemes_show_neither(app: Flask, office: Office) -> None:
    case = life.a_case(office, "S03")

    document = page(signed_in(app, given.OFFICER), f"/cases/{case.case_id}")

    assert document.select("#members, #promises") == []


def test_the_contract_page_divides_the_budget_and_keeps_a_wrong_division(
    app: Flask, office: Office
) -> None:
    case = life.an_awarded_case(office, "S02", 成員=partners(10))
    client = signed_in(app, given.OFFICER)
    fields = {"number": "簽-001", "signed_on": today(case)}

    assert page(client, url_of(case, "contract")).select("#shares tbody tr")[10] is not None
    wrong = {**fields, "shares-0-subsidy": "1,000,001"}
    refused(client, url_of(case, "contract"), "consortium.subsidy_sum", "shares-0-subsidy", wrong)
    response = submit(
        client,
        url_of(case, "contract"),
        **fields,
        **{"shares-0-subsidy": "900,000", "shares-1-subsidy": "200,000"},
    )

    assert response.status_code == 303
    assert [row.subsidy.dollars for row in case.members[:3]] == [900_000, 200_000, 100_000]


def test_a_plan_that_ends_near_the_special_budgets_end_is_pointed_out(
    app: Flask, office: Office
) -> None:
    near = life.an_awarded_case(office, "S11", 計畫結束日="2025-11-01")
    client = signed_in(app, given.OFFICER)

    assert "只有 60 日" in words_of(client.get(url_of(near, "contract")))
    near.signed()
    assert "只有 60 日" in words_of(client.get(f"/disbursement/cases/{near.case_id}"))


def test_a_plan_that_ends_a_day_earlier_is_not(app: Flask, office: Office) -> None:
    case = life.an_awarded_case(office, "S11", 計畫結束日="2025-10-31")

    said = words_of(signed_in(app, given.OFFICER).get(url_of(case, "contract")))

    assert "特別預算" not in said


def test_a_partner_leaves_and_another_joins_on_the_pages(app: Flask, office: Office) -> None:
    case = life.a_signed_case(office, "S02", 成員=partners(10))
    client = signed_in(app, given.OFFICER)
    gone = case.members[2]
    leaving = f"/disbursement/members/{gone.id}/leaving"

    letter = {"letter_number": "夥字第1號", "letter_on": today(case)}
    response = submit(client, leaving, **letter, reason="停業")
    assert response.status_code == 303
    said = words_of(client.get(url_of(case, "consortium")))
    assert "合作廠商現有 9 家，至少須 10 家，尚缺 1 家。" in said
    assert "前補足" in said
    assert "停業" in said
    assert tells(client.get(leaving), "consortium.left_already")

    joining = url_of(case, "consortium/joining")
    newcomer = {"name": "新進夥伴有限公司", "ubn": "28428379", "factory_number": "98", **letter}
    refused(client, joining, "ubn.invalid", "ubn", {**newcomer, "ubn": "28428370"})
    refused(client, joining, "consortium.no_factory", "name", {**newcomer, "factory_number": ""})
    refused(
        client, joining, "consortium.share_too_large", "subsidy",
        {**newcomer, "subsidy": "9,000,000"},
    )  # fmt: skip
    response = submit(client, joining, **newcomer, subsidy="100,000", self_fund="50,000")
    assert response.status_code == 303
    said = words_of(client.get(url_of(case, "consortium")))
    assert "合作廠商 10 家，至少 10 家。" in said
    assert "新進夥伴有限公司" in said


def test_the_consortium_page_of_another_scheme_says_so_and_takes_nobody(
    app: Flask, office: Office
) -> None:
    case = life.a_signed_case(office, "S03")
    client = signed_in(app, given.OFFICER)

    assert "本案沒有契約成員" in words_of(client.get(url_of(case, "consortium")))
    assert client.get(url_of(case, "consortium/joining")).status_code == 404
    assert client.get(url_of(case, "closing/targets")).status_code == 404


@pytest.mark.scenario("A60")
def test_a_missed_target_is_told_with_its_shortfall_until_it_is_entered_right(
    app: Flask, office: Office
) -> None:
    case = life.a_closing_case(office, "S11")
    client = signed_in(app, given.OFFICER)
    targets, conclusion = url_of(case, "closing/targets"), url_of(case, "closing/conclusion")

    assert "尚未登錄" in words_of(client.get(url_of(case, "closing")))
    values = {"values-0-value": "1", "values-1-value": "500", "values-2-value": "0.4999 公噸"}
    refused(client, targets, "document.missing", "values-2-value", values)
    refused(
        client, targets, "targets.unreadable", "values-1-value", values | {"values-1-value": "很多"}
    )
    assert submit(client, targets, **values, evidence=pdf("達成值.pdf")).status_code == 303
    said = words_of(client.get(conclusion))
    assert "減碳公斤數達成 499，應達 500，尚差 1" in said
    refused(client, conclusion, "closing.target_missed", "letter_number", passed(case))

    assert submit(client, targets, **values | {"values-2-value": "500"}).status_code == 303
    assert submit(client, conclusion, **passed(case)).status_code == 303
    assert case.case.state is CaseState.SETTLED
    settled = page(client, url_of(case, "closing"))
    assert len(settled.select("#targets .s.done")) == 3


def test_who_may_not_work_reads_and_cannot_enter(app: Flask, office: Office) -> None:
    case = life.a_signed_case(office, "S02")
    client = signed_in(app, given.AUDITOR)

    said = words_of(client.get(url_of(case, "consortium")))

    assert "登錄合作廠商加入" not in said
    for url in (
        url_of(case, "consortium/joining"),
        f"/disbursement/members/{case.members[1].id}/leaving",
        url_of(case, "closing/targets"),
    ):
        assert client.get(url).status_code == 403


def test_the_consortium_page_asks_the_same_few_questions_for_few_partners_or_many(
    app: Flask, office: Office
) -> None:
    few = life.a_signed_case(office, "S02", 方案類別="智慧化", 成員=workbook.members(4))
    client = signed_in(app, given.OFFICER)
    with counted_queries(app) as statements:
        client.get(url_of(few, "consortium"))
    asked = len(statements)

    for place in range(3):
        newcomer = {
            "name": f"新進{place}有限公司", "ubn": workbook.OTHER_UBNS[5 + place],
            "factory_number": "98", "letter_number": "一", "letter_on": today(few),
        }  # fmt: skip
        assert submit(client, url_of(few, "consortium/joining"), **newcomer).status_code == 303
    with counted_queries(app) as statements:
        client.get(url_of(few, "consortium"))

    assert len(statements) == asked <= 8
