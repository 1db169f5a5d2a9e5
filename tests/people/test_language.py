"""In which language somebody is answered, and how they choose another."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests import given
from tests.given.web import page, signed_in, soup_of

# What browsers say of their languages, and what they are answered in.
ACCEPTED = {
    "": "zh-Hant-TW",
    "zh-TW,en;q=0.9": "zh-Hant-TW",
    "zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7": "zh-Hant-TW",
    "en-US,en;q=0.9,zh-TW;q=0.8": "en",
    "zh-CN;q=0.5,en;q=0.9": "en",
    "fr-FR,fr;q=0.9": "zh-Hant-TW",
    "*": "zh-Hant-TW",
    "not a language header;;;": "zh-Hant-TW",
}


def language(client: FlaskClient, url: str = "/sign-in", accept: str = "") -> str:
    answer = client.get(url, headers={"Accept-Language": accept} if accept else {})
    html = soup_of(answer).html
    assert html is not None
    return str(html["lang"])


def test_a_stranger_is_answered_in_the_browser_s_language(app: Flask) -> None:
    answered = {accept: language(app.test_client(), accept=accept) for accept in ACCEPTED}

    assert answered == ACCEPTED


def test_a_language_chosen_at_the_door_is_kept(app: Flask) -> None:
    client = app.test_client()
    token = page(client, "/sign-in").select_one("form.language input[name=csrf_token]")
    assert token is not None

    answer = client.post(
        "/language",
        data={"csrf_token": token["value"], "locale": "en"},
        headers={"Referer": "http://localhost/sign-in?next=/people"},
    )

    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/people")
    assert language(client, accept="zh-TW") == "en"


def test_a_language_chosen_inside_is_kept_on_the_account(app: Flask) -> None:
    client = signed_in(app, given.ADMIN)
    token = page(client, "/settings").select_one("form.language input[name=csrf_token]")
    assert token is not None

    client.post("/language", data={"csrf_token": token["value"], "locale": "en"})

    assert language(signed_in(app, given.ADMIN), "/settings", accept="zh-TW") == "en"


def test_choosing_a_language_leads_nobody_out_of_the_house(app: Flask) -> None:
    for referrer in ("https://evil.example/x", "//evil.example", "nonsense", ""):
        client = app.test_client()
        token = page(client, "/sign-in").select_one("form.language input[name=csrf_token]")
        assert token is not None

        answer = client.post(
            "/language",
            data={"csrf_token": token["value"], "locale": "zh-Hant-TW"},
            headers={"Referer": referrer},
        )

        assert answer.location == "/", referrer


def test_a_language_that_we_do_not_have_is_no_choice(app: Flask) -> None:
    client = app.test_client()
    token = page(client, "/sign-in").select_one("form.language input[name=csrf_token]")
    assert token is not None

    answer = client.post("/language", data={"csrf_token": token["value"], "locale": "fr"})

    assert answer.status_code == 400
