"""The accounts over HTTP: found, opened, changed; and shown to nobody else."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from backoffice.access import Actor, Role
from backoffice.kernel.clock import FixedClock
from backoffice.people import operations
from backoffice.people.rules import AccountState
from backoffice.people.views.deeds import DEEDS
from backoffice.use_case import Office
from tests import given
from tests.given.people import a_link, a_person, a_session, facts_of, live_sessions, version_of
from tests.given.roster import email_of
from tests.given.web import counted_queries, page, signed_in, soup_of, submit, words_of

TARGET = given.OFFICER
HERE = f"/people/{TARGET.id}"
PAGES = (
    "/people",
    "/people/invite",
    "/people/review",
    HERE,
    f"{HERE}/role",
    f"{HERE}/link",
    f"{HERE}/employments/new",
    *(f"{HERE}/{slug}" for slug in DEEDS),
)

FOUND: dict[str, list[Actor]] = {
    "role=cashier": [given.CASHIER],
    "role=officer&state=ACTIVE": [given.OFFICER, given.OFFICER_2],
    "role=officer&state=CLOSED": [],
    "words=怡君": [given.OFFICER],
    "words=OFFICER2": [given.OFFICER],
    "words=ｏｆｆｉｃｅｒ２": [given.OFFICER],
    "words=%25": [],
    "words=_": [],
    "words=cashier&role=officer": [],
    "role=nobody&state=nothing&words=怡君": [given.OFFICER],
}


def names(app: Flask, url: str) -> list[str]:
    return [cell.get_text() for cell in page(signed_in(app, given.ADMIN), url).select("tbody th")]


def test_every_page_has_one_heading_one_way_and_few_queries(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    for url in PAGES:
        with counted_queries(app) as statements:
            document = page(client, url)

        assert len(document.select("h1")) == 1, url
        assert len(document.select("main .btn.primary")) <= 1, url
        assert len([one for one in statements if "SELECT" in one]) <= 8, url


def test_nobody_else_opens_a_page_about_people(app: Flask) -> None:
    for person in given.ROSTER:
        if person.role is not Role.ADMIN:
            client = signed_in(app, person)
            assert {client.get(url).status_code for url in PAGES} == {403}, person


def test_everybody_stands_in_the_list_in_the_order_of_coming(app: Flask) -> None:
    assert names(app, "/people") == [person.name for person in given.ROSTER]


def test_accounts_are_found_by_name_address_role_and_state(app: Flask) -> None:
    for query, found in FOUND.items():
        assert names(app, f"/people?{query}") == [person.name for person in found], query


def test_a_long_list_is_read_page_by_page_and_back(app: Flask, office: Office) -> None:
    for number in range(60):
        a_person(office, email=f"many{number}@office.example", name=f"多人 {number:02d}")
    client = signed_in(app, given.ADMIN)

    first = page(client, "/people?words=many")
    later = first.select_one("a[rel=next]")
    assert later is not None
    second = page(client, str(later["href"]))
    earlier = second.select_one("a[rel=prev]")
    assert earlier is not None
    back = page(client, str(earlier["href"]))

    shown = [[cell.get_text() for cell in one.select("tbody th")] for one in (first, second, back)]
    assert [len(one) for one in shown] == [50, 10, 50]
    assert shown[0] == shown[2]
    assert first.select_one("a[rel=prev]") is None
    assert second.select_one("a[rel=next]") is None
    assert back.select_one("a[rel=prev]") is None


def test_a_locked_account_stands_out_until_the_lock_ends(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    for _ in range(5):
        submit(app.test_client(), "/sign-in", email=email_of(TARGET), password="Wrong-Wrong-1")
    client = signed_in(app, given.ADMIN)
    locked = page(client, HERE)
    answer = submit(client, f"{HERE}/unlock", reason="電話確認為本人")

    assert "登入鎖定中" in locked.get_text()
    assert locked.select_one(f".btn.primary[href='{HERE}/unlock']") is not None
    assert answer.status_code == 303
    assert "登入鎖定中" not in page(client, HERE).get_text()


def deeds_offered(app: Flask, person: Actor | int) -> set[str]:
    number = person if isinstance(person, int) else person.id
    links = page(signed_in(app, given.ADMIN), f"/people/{number}").select(".actions a")
    return {str(link["href"]).rsplit("/", 1)[-1] for link in links} - {"new"}


def test_what_may_be_done_is_offered_and_nothing_else(app: Flask, office: Office) -> None:
    active = deeds_offered(app, TARGET)
    a_session(office, TARGET)
    signed = deeds_offered(app, TARGET)
    office.perform(operations.suspend, given.ADMIN, TARGET.id, version_of(office, TARGET), "停")
    suspended = deeds_offered(app, TARGET)
    office.perform(operations.close, given.ADMIN, TARGET.id, version_of(office, TARGET), "離職")

    assert active == {"role", "link", "require-password", "suspend", "close"}
    assert signed - active == {"end-sessions"}
    assert suspended == {"role", "reactivate", "close"}
    assert deeds_offered(app, TARGET) == set()


def test_one_s_own_account_offers_nothing_and_says_why(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)

    assert deeds_offered(app, given.ADMIN) == set()
    assert "須由其他管理者處理" in words_of(client.get(f"/people/{given.ADMIN.id}"))


def test_a_confirm_page_says_what_will_happen_and_asks_why(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    for slug, deed in DEEDS.items():
        words = words_of(client.get(f"{HERE}/{slug}"))
        unanswered = submit(client, f"{HERE}/{slug}", reason=" ")

        assert str(deed.effect) in words
        assert unanswered.status_code == 422
        assert "此欄必填" in words_of(unanswered)


@pytest.mark.parametrize(
    ("slug", "state"), [("suspend", AccountState.SUSPENDED), ("close", AccountState.CLOSED)]
)
def test_a_confirmed_deed_is_done(
    app: Flask, office: Office, slug: str, state: AccountState
) -> None:
    a_session(office, TARGET)

    answer = submit(signed_in(app, given.ADMIN), f"{HERE}/{slug}", reason="離職")

    assert answer.location == HERE
    assert facts_of(office, TARGET).state is state
    assert live_sessions(office, TARGET) == []


def test_a_deed_on_an_account_that_changed_meanwhile_shows_it_first(
    app: Flask, office: Office
) -> None:
    client = signed_in(app, given.ADMIN)
    document = page(client, f"{HERE}/suspend")
    sent = {str(i["name"]): str(i["value"]) for i in document.select("main input[type=hidden]")}
    office.perform(
        operations.require_password, given.ADMIN, TARGET.id, version_of(office, TARGET), "定期"
    )

    stale = client.post(f"{HERE}/suspend", data={**sent, "reason": "離職"})
    field = soup_of(stale).select_one("main input[name=version]")

    assert stale.status_code == 409
    assert "離職" in stale.text
    assert field is not None
    assert field["value"] == "2"
    assert facts_of(office, TARGET).state is AccountState.ACTIVE


def test_a_double_click_does_a_deed_once(app: Flask, office: Office) -> None:
    client = signed_in(app, given.ADMIN)
    document = page(client, f"{HERE}/suspend")
    sent = {str(i["name"]): str(i["value"]) for i in document.select("main input[type=hidden]")}

    answers = [client.post(f"{HERE}/suspend", data={**sent, "reason": "離職"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert version_of(office, TARGET) == 2


def test_another_role_is_shown_before_and_after(app: Flask, office: Office) -> None:
    client = signed_in(app, given.ADMIN)

    submit(client, f"{HERE}/role", role="cashier", ends_on="112/12/31", reason="調職至出納")

    words = words_of(client.get(HERE))
    assert facts_of(office, TARGET).role is Role.CASHIER
    assert "角色由「承辦人」改為「出納」" in words
    assert "使用期限由「未設」改為「112年12月31日」" in words
    assert "調職至出納" in words


def test_the_trail_tells_who_tried_and_who_did(app: Flask) -> None:
    stranger = app.test_client()
    submit(stranger, "/sign-in", email=email_of(TARGET), password="Wrong-Wrong-1")

    words = words_of(signed_in(app, given.ADMIN).get(HERE))

    assert "嘗試登入（連續第 1 次；來自 127.0.0.1）" in words
    assert "新增帳號" in words


def test_a_link_is_shown_once_and_kept_nowhere(app: Flask, office: Office) -> None:
    client = signed_in(app, given.ADMIN)

    answer = submit(client, f"{HERE}/link", reason="當面確認")

    field = soup_of(answer).select_one("#link")
    assert field is not None
    link = str(field["value"])
    assert re.fullmatch(r"http://localhost/invitation/[\w-]{22}", link)
    token = link.rsplit("/", 1)[-1]
    assert token not in client.get(HERE).text
    assert token not in client.get(f"{HERE}/link").text
    assert "一次性連結尚未使用" in words_of(client.get(HERE))


def test_an_invitation_in_the_name_of_somebody_else_is_refused_with_what_was_typed(
    app: Flask,
) -> None:
    client = signed_in(app, given.ADMIN)

    answer = submit(
        client, "/people/invite", email=email_of(TARGET), name="另一 何人", role="manager"
    )

    document = soup_of(answer)
    assert answer.status_code == 422
    assert "已有帳號" in words_of(answer)
    name = document.select_one("input[name=name]")
    role = document.select_one("option[selected]")
    assert name is not None
    assert role is not None
    assert (name["value"], role["value"]) == ("另一 何人", "manager")


def test_a_role_that_is_none_of_the_staff_s_is_not_taken(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    for role in ("system", "king", ""):
        answer = submit(client, "/people/invite", email="a@b.tw", name="某", role=role)

        assert answer.status_code == 422, role


def test_a_name_is_text_and_never_markup(app: Flask, office: Office) -> None:
    a_person(office, email="x@office.example", name="<script>alert(1)</script>")
    client = signed_in(app, given.ADMIN)

    for url in ("/people", "/people/14", "/people/14/suspend", "/people/review"):
        assert "<script>alert" not in client.get(url).text


def test_employments_are_entered_and_ended_on_the_account(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    here = f"/people/{given.REVIEWER.id}"

    refused = submit(
        client,
        f"{here}/employments/new",
        ubn="12345678",
        firm_name="宏達精密工業",
        began_on="109/03/01",
    )
    entered = submit(
        client,
        f"{here}/employments/new",
        ubn="12345675",
        firm_name="宏達精密工業",
        began_on="109/03/01",
    )
    link = page(client, here).select_one("a[href$='/end']")
    assert link is not None
    ended = submit(client, str(link["href"]), ended_on="111/06/30")

    assert (refused.status_code, entered.status_code, ended.status_code) == (422, 303, 303)
    assert "統一編號「12345678」" in words_of(refused)
    assert "109/03/01" in words_of(client.get(here))
    assert "111/06/30" in words_of(client.get(here))


def test_another_person_s_entry_is_not_found(app: Flask, office: Office) -> None:
    client = signed_in(app, given.ADMIN)
    submit(
        client,
        f"/people/{given.REVIEWER.id}/employments/new",
        ubn="12345675",
        firm_name="宏達精密工業",
        began_on="109/03/01",
    )

    assert client.get(f"/people/{given.REVIEWER_2.id}/employments/1/end").status_code == 404
    assert client.get(f"/people/{given.REVIEWER.id}/employments/2/end").status_code == 404


def test_a_review_lists_what_changed_and_is_signed(app: Flask, clock: FixedClock) -> None:
    client = signed_in(app, given.ADMIN)
    submit(client, "/people/review", note="第一次清查，全部相符")
    clock.advance(minutes=1)
    submit(client, f"{HERE}/role", role="cashier", reason="調職")
    words = words_of(client.get("/people/review"))

    assert f"變更角色或期限：{TARGET.name}" in words
    assert "新增帳號" not in words
    assert "下次應於 112年7月17日 前辦理" in words_of(client.get("/people"))


def test_a_review_that_is_overdue_says_so(app: Flask, clock: FixedClock) -> None:
    clock.advance(days=92)

    assert "已逾期" in words_of(signed_in(app, given.ADMIN).get("/people"))


def test_an_invited_person_is_shown_with_the_link_s_last_hour(app: Flask, office: Office) -> None:
    a_link(office)

    words = words_of(signed_in(app, given.ADMIN).get("/people/14"))

    assert "一次性連結尚未使用，有效至 112/04/18 09:00" in words


def test_what_does_not_exist_is_not_found(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    for url in ("/people/999", "/people/999/role", "/people/2/nothing"):
        assert client.get(url).status_code == 404, url
