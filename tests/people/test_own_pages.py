"""One's own settings, password, sessions and history over HTTP."""

from __future__ import annotations

from flask import Flask

from backoffice.people import operations
from backoffice.use_case import Office
from tests import given
from tests.given.people import NEW_PASSWORD, a_session, live_sessions
from tests.given.roster import email_of
from tests.given.web import counted_queries, page, signed_in, soup_of, submit, words_of

# The present password, the new one, the same again, and what is said to it.
REFUSED = (
    ("Wrong-Wrong-1", NEW_PASSWORD, NEW_PASSWORD, "目前的密碼不正確"),
    (given.PASSWORD, NEW_PASSWORD, NEW_PASSWORD + "x", "兩次輸入的新密碼不同"),
    (given.PASSWORD, "short", "short", "密碼有 5 個字元，至少須 12 個"),
    (given.PASSWORD, "lanternharbour", "lanternharbour", "密碼用了 1 類字元，至少須 3 類"),
    (given.PASSWORD, "Password-2024", "Password-2024", "由常見字詞、年份或連續字元組成"),
    (given.PASSWORD, "王安-Lantern-42", "王安-Lantern-42", "含有您的姓名或電子郵件"),
    (given.PASSWORD, "補助-Lantern-42", "補助-Lantern-42", "含有機關或業務的名稱"),
    (given.PASSWORD, given.PASSWORD, given.PASSWORD, "與最近 3 次用過的相同"),
    ("", NEW_PASSWORD, NEW_PASSWORD, "此欄必填"),
)


def test_settings_hold_from_the_next_page_on(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)

    answer = submit(client, "/settings", density="dense", shortcuts=None, language="en")

    html = page(client, "/settings").html
    assert answer.status_code == 303
    assert html is not None
    assert html["class"] == ["dense"]
    assert html["lang"] == "en"
    body = html.select_one("body")
    assert body is not None
    assert body["data-shortcuts"] == "off"


def test_settings_that_were_changed_elsewhere_are_shown_before_they_are_changed(
    app: Flask, office: Office
) -> None:
    client = signed_in(app, given.ADMIN)
    document = page(client, "/settings")
    sent = {
        str(field["name"]): str(field["value"])
        for field in document.select("main form.card input[type=hidden]")
    }
    office.perform(operations.choose_language, given.ADMIN, "en")

    answer = client.post("/settings", data={**sent, "language": "zh_Hant_TW", "density": "dense"})

    assert answer.status_code == 409
    version = soup_of(answer).select_one("main form.card input[name=version]")
    assert version is not None
    assert version["value"] == "2"


def test_a_setting_that_does_not_exist_is_not_taken(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    for field, value in (("density", "vast"), ("language", "fr")):
        answer = submit(client, "/settings", **{field: value})

        assert answer.status_code == 422
        assert "請由選項中選擇" in words_of(answer)


def test_one_sees_where_one_is_signed_in_and_ends_it_there(app: Flask, office: Office) -> None:
    other = a_session(office, given.ADMIN)
    client = signed_in(app, given.ADMIN)
    document = page(client, "/settings")
    form = document.select_one(f"form[action='/settings/sessions/{other}/end']")
    assert form is not None

    answer = submit(client, "/settings", form=f"form[action$='/{other}/end']")

    assert answer.location == "/settings"
    assert other not in live_sessions(office, given.ADMIN)
    assert len(live_sessions(office, given.ADMIN)) == 1


def test_one_ends_all_others_at_once(app: Flask, office: Office) -> None:
    for _ in range(3):
        a_session(office, given.ADMIN)
    client = signed_in(app, given.ADMIN)

    submit(client, "/settings", form="form[action$='end-others']")

    assert len(live_sessions(office, given.ADMIN)) == 1
    assert "已登出其他 3 處" in words_of(client.get("/settings"))


def test_another_s_session_is_not_found(app: Flask, office: Office) -> None:
    theirs = a_session(office, given.OFFICER)
    client = signed_in(app, given.ADMIN)
    token = page(client, "/settings").select_one("input[name=csrf_token]")
    assert token is not None

    answer = client.post(f"/settings/sessions/{theirs}/end", data={"csrf_token": token["value"]})

    assert answer.status_code == 404
    assert live_sessions(office, given.OFFICER) == [theirs]


def test_a_new_password_signs_the_other_machines_out(app: Flask, office: Office) -> None:
    other, client = signed_in(app, given.ADMIN), signed_in(app, given.ADMIN)

    answer = submit(
        client,
        "/settings/password",
        present=given.PASSWORD,
        new=NEW_PASSWORD,
        again=NEW_PASSWORD,
    )

    assert answer.status_code == 303
    assert client.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 303


def test_a_change_that_cannot_be_says_why(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    for present, new, again, sentence in REFUSED:
        answer = submit(client, "/settings/password", present=present, new=new, again=again)

        assert answer.status_code == 422
        assert sentence in words_of(answer)
        for typed in (present, new):
            assert not typed or f'value="{typed}"' not in answer.text


def test_history_shows_one_s_own_deeds_and_nobody_else_s(app: Flask, office: Office) -> None:
    client = signed_in(app, given.ADMIN)
    submit(client, f"/people/{given.OFFICER.id}/suspend", reason="離職日當天")
    signed_in(app, given.AUDITOR)

    words = words_of(client.get("/settings/history"))

    assert "停用帳號" in words
    assert given.OFFICER.name in words
    assert "離職日當天" in words
    assert words.count("登入") == 1


def test_history_is_read_page_by_page(app: Flask, office: Office) -> None:
    for turn in range(60):
        office.perform(operations.choose_language, given.ADMIN, ("en", "zh_Hant_TW")[turn % 2])
    client = signed_in(app, given.ADMIN)

    first = page(client, "/settings/history")
    later = first.select_one("a[rel=next]")
    assert later is not None
    second = page(client, str(later["href"]))

    rows = (len(first.select("tbody tr")), len(second.select("tbody tr")))
    assert rows == (50, 11)
    assert second.select_one("a[rel=next]") is None


def test_a_page_that_is_no_page_begins_at_the_latest(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    for key in ("-1", "0", "x", "9" * 30):
        assert "登入" in words_of(client.get(f"/settings/history?before={key}")), key


def test_one_s_own_pages_take_few_queries(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    for url in ("/settings", "/settings/history", "/settings/password"):
        with counted_queries(app) as statements:
            page(client, url)

        assert len([one for one in statements if "SELECT" in one]) <= 8, url


def test_an_invitation_is_accepted_and_then_one_signs_in(app: Flask) -> None:
    invited = submit(
        signed_in(app, given.ADMIN),
        "/people/invite",
        email="New@Office.Example",
        name="新進 同仁",
        role="auditor",
    )
    field = soup_of(invited).select_one("#link")
    assert field is not None
    link = str(field["value"]).removeprefix("http://localhost")
    client = app.test_client()

    accepted = submit(client, link, new=NEW_PASSWORD, again=NEW_PASSWORD)
    told = words_of(client.get("/sign-in"))
    in_now = submit(client, "/sign-in", email="new@office.example", password=NEW_PASSWORD)

    assert accepted.location == "/sign-in"
    assert client.get_cookie("sid") is not None
    assert "密碼已設定" in told
    assert in_now.status_code == 303


def test_accepting_an_invitation_signs_nobody_in(app: Flask, office: Office) -> None:
    client = app.test_client()
    token = _link(office)

    submit(client, f"/invitation/{token}", new=NEW_PASSWORD, again=NEW_PASSWORD)

    assert client.get_cookie("sid") is None
    assert client.get("/settings").status_code == 303


def _link(office: Office) -> str:
    office.perform(
        operations.invite,
        given.ADMIN,
        "invited@office.example",
        "受邀 何人",
        given.REVIEWER.role,
        operations.token_digest("a-link"),
    )
    return "a-link"


def test_a_used_and_a_guessed_link_are_told_the_same(app: Flask, office: Office) -> None:
    client = app.test_client()
    token = _link(office)
    submit(client, f"/invitation/{token}", new=NEW_PASSWORD, again=NEW_PASSWORD)
    client.get("/sign-in")  # which says once that the password is set

    used, guessed = client.get(f"/invitation/{token}"), client.get("/invitation/guessed")

    assert (used.status_code, guessed.status_code) == (422, 422)
    assert words_of(used) == words_of(guessed)
    assert "這個一次性連結已使用過、已逾時" in words_of(used)


def test_two_different_passwords_leave_the_link_open(app: Flask, office: Office) -> None:
    client = app.test_client()
    token = _link(office)

    answer = submit(client, f"/invitation/{token}", new=NEW_PASSWORD, again="another")

    assert answer.status_code == 422
    assert client.get(f"/invitation/{token}").status_code == 200


def test_everybody_has_settings_and_a_history(app: Flask) -> None:
    for person in given.ROSTER:
        client = signed_in(app, person)

        assert email_of(person) in words_of(client.get("/settings"))
        assert client.get("/settings/history").status_code == 200
