"""The door over HTTP: signing in and out, the way back, the cookie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.access import SYSTEM, Actor, Role
from backoffice.app import create_app
from backoffice.db import sessions
from backoffice.kernel.clock import FixedClock
from backoffice.people import operations
from backoffice.people.rules import DEMONSTRATION_PASSWORD
from backoffice.use_case import Office
from backoffice.web import guard
from config import Settings
from tests import given
from tests.given.people import a_person, live_sessions, version_of
from tests.given.roster import email_of
from tests.given.web import counted_queries, page, signed_in, soup_of, submit, words_of
from tests.people.test_addresses import HOSTILE

ADMIN = email_of(given.ADMIN)


WRONG = "Wrong-Wrong-Wrong-1"


def sign_in(client: FlaskClient, email: str = ADMIN, password: str = given.PASSWORD) -> int:
    return submit(client, "/sign-in", email=email, password=password).status_code


def token_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("sid")
    assert cookie is not None
    return cookie.value


def is_in(client: FlaskClient) -> bool:
    return client.get("/settings").status_code == 200


def test_a_stranger_is_led_to_the_door_and_back(app: Flask) -> None:
    client = app.test_client()
    there = client.get("/people?role=officer")

    back = submit(client, there.location, email=ADMIN, password=given.PASSWORD)

    assert (there.status_code, back.status_code) == (303, 303)
    assert back.location == "/people?role=officer"
    assert client.get(back.location).status_code == 200


def test_whoever_comes_without_a_way_back_goes_where_the_day_begins(app: Flask) -> None:
    client = app.test_client()

    answer = submit(client, "/sign-in", email=ADMIN, password=given.PASSWORD)

    assert answer.location == "/people"
    assert client.get("/").location == "/people"


def test_nobody_is_led_out_of_the_house(app: Flask) -> None:
    for path in HOSTILE:
        client = app.test_client()
        token = page(client, "/sign-in").select_one("main input[name=csrf_token]")
        assert token is not None

        answer = client.post(
            "/sign-in",
            data={
                "csrf_token": token["value"],
                "email": ADMIN,
                "password": given.PASSWORD,
                "next": path,
            },
        )

        # No form may hold U+0000 at all.
        led = (400, None) if "\x00" in path else (303, "/people")
        assert (answer.status_code, answer.location) == led, path


def test_the_cookie_is_for_this_host_and_no_script(app: Flask) -> None:
    client = app.test_client()

    answer = submit(client, "/sign-in", email=ADMIN, password=given.PASSWORD)

    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("sid=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.fixture
def secure_app(database_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[Flask]:
    """The application as it stands behind TLS."""
    settings = Settings(
        database_url=database_url,
        secret_key="a secret of the tests",
        instance=tmp_path,
        testing=True,
        secure_cookies=True,
    )
    application = create_app(settings, clock=clock)
    yield application
    house: guard.House = application.extensions[guard.EXTENSION]
    with application.app_context():
        sessions.session.remove()
        sessions.engine.dispose()
    house.office.engine.dispose()


def test_behind_tls_the_cookie_belongs_to_the_host_alone(secure_app: Flask) -> None:
    client = secure_app.test_client()
    form = client.get("/sign-in", base_url="https://localhost")
    token = soup_of(form).select_one("main input[name=csrf_token]")
    assert token is not None

    answer = client.post(
        "/sign-in",
        base_url="https://localhost",
        headers={"Referer": "https://localhost/sign-in"},
        data={"csrf_token": token["value"], "email": ADMIN, "password": given.PASSWORD},
    )

    cookies = answer.headers.getlist("Set-Cookie")
    [sid] = [one for one in cookies if one.startswith("__Host-sid=")]
    assert "Secure" in sid
    assert "Path=/" in sid


def test_a_token_that_was_planted_before_is_not_the_session_s(app: Flask, office: Office) -> None:
    client = app.test_client()
    client.set_cookie("sid", "planted")

    sign_in(client)

    assert token_of(client) != "planted"
    stranger = app.test_client()
    stranger.set_cookie("sid", "planted")
    assert not is_in(stranger)


def test_two_people_in_one_browser_are_one_after_the_other(app: Flask, office: Office) -> None:
    client = signed_in(app, given.OFFICER)
    before = token_of(client)

    answer = submit(client, "/sign-in", email=ADMIN, password=given.PASSWORD)

    assert answer.status_code == 303
    assert token_of(client) != before
    assert live_sessions(office, given.OFFICER) == []


def test_whoever_is_in_already_is_told_so(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)

    assert "您目前以「管理 王安」登入" in words_of(client.get("/sign-in"))


def test_after_signing_out_the_old_cookie_opens_nothing(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    thief = app.test_client()
    thief.set_cookie("sid", token_of(client))
    before = is_in(thief)

    answer = submit_sign_out(client)

    assert before
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert not is_in(client)
    assert not is_in(thief)


def submit_sign_out(client: FlaskClient) -> TestResponse:
    token = page(client, "/settings").select_one("#sign-out input[name=csrf_token]")
    assert token is not None
    return client.post("/sign-out", data={"csrf_token": token["value"]})


def test_nobody_is_signed_out_by_a_link(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)

    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


def test_a_form_without_its_token_is_not_taken(app: Flask) -> None:
    client = app.test_client()

    answer = client.post("/sign-in", data={"email": ADMIN, "password": given.PASSWORD})

    assert answer.status_code == 400
    assert client.get_cookie("sid") is None


def refusal_of(client: FlaskClient, email: str, password: str) -> str:
    answer = submit(client, "/sign-in", email=email, password=password)
    assert answer.status_code == 422
    field = soup_of(answer).select_one("input[name=email]")
    assert field is not None
    assert field["value"] == email
    return words_of(answer)


def test_unknown_wrong_locked_and_suspended_are_told_the_same(app: Flask, office: Office) -> None:
    client = app.test_client()
    suspended = given.OFFICER_2
    office.perform(
        operations.suspend, given.ADMIN, suspended.id, version_of(office, suspended), "離職"
    )
    for _ in range(5):
        refusal_of(client, email_of(given.OFFICER), WRONG)

    told = {
        refusal_of(client, "nobody@office.example", given.PASSWORD),
        refusal_of(client, ADMIN, WRONG),
        refusal_of(client, email_of(given.OFFICER), given.PASSWORD),
        refusal_of(client, email_of(suspended), given.PASSWORD),
    }

    assert len(told) == 1
    assert "電子郵件或密碼不正確，或帳號目前不能登入" in told.pop()


def test_a_password_is_never_sent_back(app: Flask) -> None:
    answer = submit(app.test_client(), "/sign-in", email=ADMIN, password=WRONG)

    assert WRONG not in answer.text


def test_a_session_that_lapsed_says_why_at_the_door(app: Flask, clock: FixedClock) -> None:
    client = signed_in(app, given.ADMIN)
    clock.advance(minutes=30, seconds=1)

    there = client.get("/settings")

    assert there.location == "/sign-in?next=/settings"
    assert "閒置滿 30 分鐘" in words_of(client.get(there.location))


def test_a_session_in_use_is_kept_alive(app: Flask, clock: FixedClock) -> None:
    client = signed_in(app, given.ADMIN)
    for _ in range(4):
        clock.advance(minutes=29)
        assert is_in(client)


@pytest.mark.parametrize("deed", ["suspend", "close"])
def test_the_next_click_of_somebody_taken_out_of_use_opens_nothing(
    app: Flask, office: Office, deed: str
) -> None:
    client = signed_in(app, given.OFFICER)
    before = is_in(client)

    submit(signed_in(app, given.ADMIN), f"/people/{given.OFFICER.id}/{deed}", reason="離職")

    assert before
    assert not is_in(client)


def test_a_role_that_was_taken_away_is_gone_at_the_next_click(app: Flask, office: Office) -> None:
    second = a_person(office, email="admin2@office.example", role=Role.ADMIN)
    client = signed_in(app, second)
    document = page(client, f"/people/{given.OFFICER.id}/suspend")
    form = {str(i["name"]): str(i["value"]) for i in document.select("main input[type=hidden]")}
    office.perform(
        operations.change_role,
        given.ADMIN,
        second.id,
        version_of(office, second),
        Role.AUDITOR,
        None,
        "調職",
    )

    answer = client.post(f"/people/{given.OFFICER.id}/suspend", data={**form, "reason": "離職"})

    assert answer.status_code == 403
    assert "您的角色不能開啟這一頁" in words_of(answer)
    assert version_of(office, given.OFFICER) == 1


def test_whoever_must_change_the_password_sees_nothing_else(app: Flask, office: Office) -> None:
    second = a_person(office, email="admin2@office.example", role=Role.ADMIN)
    office.perform(
        operations.require_password, given.ADMIN, second.id, version_of(office, second), "定期"
    )
    client = signed_in(app, second)

    led = {client.get(url).location for url in ("/", "/people", "/settings")}
    answer = submit(
        client,
        "/settings/password",
        present=given.PASSWORD,
        new="Lantern-Harbour-42",
        again="Lantern-Harbour-42",
    )

    assert led == {"/settings/password"}
    assert answer.location == "/"
    assert client.get("/people").status_code == 200


def make(office: Office, *, demonstration: bool) -> Actor:
    office.perform(operations.make_installation, SYSTEM, demonstration=demonstration)
    return a_person(
        office,
        email="officer@demo.example",
        name="示範 承辦",
        password=DEMONSTRATION_PASSWORD,
        demonstration=True,
    )


def test_a_demonstration_offers_its_accounts(app: Flask, office: Office) -> None:
    make(office, demonstration=True)
    client = app.test_client()

    offered = page(client, "/sign-in")
    chosen = page(client, "/sign-in?as=officer")
    answer = submit(client, "/sign-in?as=officer", password=DEMONSTRATION_PASSWORD)

    link = offered.select_one(f"a[href$='as={Role.OFFICER.value}']")
    assert link is not None
    assert link.get_text() == "承辦人"
    assert DEMONSTRATION_PASSWORD in chosen.get_text()
    field = chosen.select_one("input[name=email]")
    assert field is not None
    assert field["value"] == "officer@demo.example"
    assert answer.status_code == 303


def test_a_place_of_real_work_offers_nobody(app: Flask, office: Office) -> None:
    make(office, demonstration=False)

    for url in ("/sign-in", "/sign-in?as=officer"):
        answer = app.test_client().get(url)
        assert DEMONSTRATION_PASSWORD not in answer.text
        assert "demo.example" not in answer.text


def test_who_somebody_is_costs_one_query_by_an_index(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    with counted_queries(app) as statements:
        client.get("/")

    assert len([one for one in statements if one.lstrip().startswith("SELECT")]) == 1
    assert "sign_in_session" in statements[-1]


def test_the_pages_that_say_no_lead_home(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)

    missing = client.get("/nowhere")

    assert missing.status_code == 404
    assert "找不到這一頁" in words_of(missing)
    assert soup_of(missing).select_one("main a[href='/people']") is not None


def test_what_cannot_be_written_can_still_be_read(
    app: Flask, office: Office, clock: FixedClock
) -> None:
    client = signed_in(app, given.ADMIN)
    _freeze_sessions(office)
    clock.advance(minutes=2)

    assert is_in(client)


def _freeze_sessions(office: Office) -> None:
    """Let the table of sessions refuse every change, as a full disk would."""
    raising = "BEGIN SELECT RAISE(ABORT, 'full'); END"
    with office.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            raising = "EXECUTE FUNCTION sheet_refuses_delete()"
        connection.exec_driver_sql(
            f"CREATE TRIGGER full_disk BEFORE UPDATE ON sign_in_session FOR EACH ROW {raising}"
        )
