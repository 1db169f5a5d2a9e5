"""What the pages of the consortium and of the targets refuse, and what becomes of the typing.

That both languages say so, and that nothing typed is lost, is heard by `tests.given.refusals`.
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.kernel.taiwan import local_date, roc_slashes
from backoffice.scheme.rules import ClosingCondition, Metric
from backoffice.use_case import Office
from tests import given
from tests.disbursement.pages import pdf, refused, sent, tells
from tests.disbursement.test_consortium import leave, partners
from tests.given import life
from tests.given.life import Life
from tests.given.web import filled_in, page, signed_in, soup_of, submit

NEWCOMER = {"name": "新進夥伴有限公司", "ubn": "28428379", "factory_number": "98"}


def url_of(case: Life, name: str) -> str:
    return f"/disbursement/cases/{case.case_id}/{name}"


def letter(case: Life) -> dict[str, str]:
    day = roc_slashes(local_date(case.office.clock.now()))
    return {"letter_number": "夥字第1號", "letter_on": day}


def form_at(client: FlaskClient, url: str) -> dict[str, object]:
    """The page's form as somebody opens it, to be sent later."""
    form = page(client, url).select_one("main form[method=post]")
    assert form is not None
    return filled_in(form)


def test_a_division_that_does_not_add_up_or_names_another_firm_stays_as_typed(
    app: Flask, office: Office
) -> None:
    case = life.an_awarded_case(office, "S02", 成員=partners(10))
    client, url = signed_in(app, given.OFFICER), url_of(case, "contract")
    signed = {"number": "簽-001", "signed_on": letter(case)["letter_on"]}

    for code, keeps, changed in (
        ("consortium.self_fund_sum", "shares-0-self_fund", {"shares-0-self_fund": "1,500,001"}),
        ("consortium.members_differ", "shares-1-ubn", {"shares-1-ubn": NEWCOMER["ubn"]}),
    ):
        refused(client, url, code, keeps, signed | changed)

    assert case.members == ()


def test_a_contract_beyond_the_special_budget_stays_as_typed(app: Flask, office: Office) -> None:
    case = life.an_awarded_case(office, "S11")
    client, day = signed_in(app, given.OFFICER), letter(case)["letter_on"]
    late = {"number": "簽-001", "signed_on": day, "period_end": "115/01/01"}

    refused(client, url_of(case, "contract"), "contract.end_after_budget", "period_end", late)


def test_a_newcomer_without_a_name_or_here_already_is_refused(app: Flask, office: Office) -> None:
    case = life.a_signed_case(office, "S02", 成員=partners(10))
    client, url = signed_in(app, given.OFFICER), url_of(case, "consortium/joining")
    newcomer, here = NEWCOMER | letter(case), case.members[2].ubn

    refused(client, url, "consortium.name_missing", "ubn", newcomer | {"name": "　"})
    refused(client, url, "consortium.duplicate", "ubn", newcomer | {"ubn": here})

    assert len(case.members) == 11


def test_the_centre_does_not_leave_whatever_is_sent(app: Flask, office: Office) -> None:
    case = life.a_signed_case(office, "S02", 成員=partners(10))
    client, centre = signed_in(app, given.OFFICER), case.members[0]
    url = f"/disbursement/members/{centre.id}/leaving"

    answer = sent(client, url, version=centre.version, **letter(case), reason="停業")

    assert answer.status_code == 422
    assert tells(answer, "consortium.centre_stays")
    assert case.members[0].left_on is None


def test_a_partner_that_a_colleague_let_go_first_does_not_leave_again(
    app: Flask, office: Office
) -> None:
    case = life.a_signed_case(office, "S02", 成員=partners(10))
    client, gone = signed_in(app, given.OFFICER), case.members[2]
    url = f"/disbursement/members/{gone.id}/leaving"
    typed = form_at(client, url) | letter(case) | {"reason": "停業"}
    leave(case, gone)

    stale = client.post(url, data=typed)
    renewed = filled_in(soup_of(stale).select("main form[method=post]")[0])
    again = client.post(url, data=renewed)

    assert (stale.status_code, again.status_code) == (409, 422)
    assert tells(again, "consortium.left_already")


def test_nobody_leaves_or_joins_once_the_firm_has_given_up(app: Flask, office: Office) -> None:
    case = life.a_signed_case(office, "S02", 成員=partners(10))
    client, partner = signed_in(app, given.OFFICER), case.members[1]
    joining, leaving = (
        url_of(case, "consortium/joining"),
        f"/disbursement/members/{partner.id}/leaving",
    )
    newcomer = form_at(client, joining) | NEWCOMER | letter(case)
    given_up = letter(case) | {"reason": "停止投資"}
    colleague = signed_in(app, given.OFFICER_2)
    assert submit(colleague, url_of(case, "give-up"), **given_up).status_code == 303

    joined = client.post(joining, data=newcomer)
    left = sent(client, leaving, version=partner.version, **letter(case), reason="停業")

    assert (joined.status_code, left.status_code) == (422, 422)
    assert tells(joined, "consortium.not_executing")
    assert tells(left, "consortium.not_executing")


def test_a_closing_with_too_few_partners_stays_as_typed(app: Flask, office: Office) -> None:
    case = life.a_closing_case(office, "S02", 成員=partners(10)).shown()
    leave(case, case.members[3])
    client, url = signed_in(app, given.OFFICER), url_of(case, "closing/conclusion")

    passed = letter(case) | {"result": "PASS"}
    refused(client, url, "closing.partners_short", "letter_number", passed)


def test_a_target_that_nobody_has_reported_is_told_at_the_conclusion(
    app: Flask, office: Office
) -> None:
    case = life.a_closing_case(office, "S11")
    case.show(ClosingCondition.TARGETS_MET)
    client, url = signed_in(app, given.OFFICER), url_of(case, "closing/conclusion")

    passed = letter(case) | {"result": "PASS"}
    answer = refused(client, url, "closing.target_missed", "letter_number", passed)

    assert tells(answer, "targets.not_reported")


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("targets.unreadable", {"values-1-value": "很多"}),
        ("targets.unreadable", {"values-1-value": "-1"}),
        ("targets.incomplete", {"values-1-metric": Metric.SERVICES.value}),
    ],
    ids=["words", "below nothing", "one target twice"],
)
def test_a_value_that_is_none_and_a_target_left_out_stay_as_typed(
    app: Flask, office: Office, code: str, changed: dict[str, str]
) -> None:
    case = life.a_closing_case(office, "S11")
    client, url = signed_in(app, given.OFFICER), url_of(case, "closing/targets")
    values = {f"values-{place}-value": "500" for place in range(3)} | changed

    refused(client, url, code, "values-1-value", values)

    assert case.achieved == {}


def test_a_target_that_the_case_does_not_have_is_refused_too(app: Flask, office: Office) -> None:
    case = life.a_closing_case(office, "S11")
    client, url = signed_in(app, given.OFFICER), url_of(case, "closing/targets")
    values = {f"values-{place}-value": "500" for place in range(3)}

    for named in (Metric.PARTNERS.value, "nothing"):
        changed = values | {"values-1-metric": named}
        assert submit(client, url, **changed, evidence=pdf()).status_code == 422

    assert case.achieved == {}
