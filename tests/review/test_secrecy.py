"""What nobody is shown: others' scores before the end, firms' and banks' data, others' cases."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.access import Actor
from backoffice.review.operations import recuse
from backoffice.review.rules.conflicts import Ground
from backoffice.use_case import Office
from tests import given
from tests.given import review as world
from tests.given.web import signed_in
from tests.review import urls

CANARY = "黃鶯出谷"
TOKENS = re.compile(r'(name="(?:csrf_token|act_key)"[^>]*value="|act_key"[^>]*value=")[^"]*"')


def body(client: FlaskClient, url: str) -> tuple[int, str]:
    """The answer but for what is new in every answer."""
    answer = client.get(url)
    return answer.status_code, TOKENS.sub(r'\1"', answer.text)


def reviewer_pages(office: Office, case_id: int, person: Actor) -> list[str]:
    return [
        urls.HOME,
        urls.SUBMIT,
        *(urls.desk(office, case_id, person, page) for page in ("score", "recuse", "decline")),
    ]


def test_nothing_that_a_reviewer_is_shown_depends_on_others_scores(
    app: Flask, office: Office
) -> None:
    case_id = world.a_case_being_scored(office)
    world.save(office, case_id, given.REVIEWER, world.entry(80, 70, 75))
    client = signed_in(app, given.REVIEWER)
    pages = reviewer_pages(office, case_id, given.REVIEWER)
    before = [body(client, url) for url in pages]

    world.score(office, case_id, given.REVIEWER_2, (12, 34, 56))
    world.save(office, case_id, given.REVIEWER_3, world.entry(98, 97, 96))

    assert [body(client, url) for url in pages] == before


@pytest.mark.parametrize(
    "person", [given.OFFICER, given.CONVENOR, given.MANAGER, given.AUDITOR, given.ACCOUNTING]
)
def test_before_the_end_the_office_sees_neither_marks_nor_words(
    app: Flask, office: Office, person: Actor
) -> None:
    case_id = world.a_case_being_scored(office)
    world.save(office, case_id, given.REVIEWER, world.entry(83, 84, 86, reason=CANARY))
    world.hand_in(office, case_id, given.REVIEWER)
    client = signed_in(app, person)

    pages = (urls.case(case_id), f"/cases/{case_id}", f"/cases/{case_id}/timeline")
    for url in pages:
        text = client.get(url).text
        assert CANARY not in text
        assert not re.search(r"\b8[346]0?\b(?!\d)", re.sub(r"<[^>]+>", " ", text)), url


def test_reviewers_see_neither_contacts_nor_numbers_of_firms(app: Flask, office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    case = world.case_row(office, case_id)
    client = signed_in(app, given.REVIEWER)
    assert case.contact_name

    for url in (
        *reviewer_pages(office, case_id, given.REVIEWER),
        urls.desk(office, world.a_case_with_panel(office, OTHER), given.REVIEWER, "declare"),
    ):
        text = client.get(url).text
        for secret in (case.contact_name, case.contact_email, case.contact_phone, case.ubn):
            assert secret not in text, (url, secret)


OTHER = world.Applied(number="S01-112-000900")


def test_strangers_the_recused_and_nobody_s_seats_get_the_same_answer(
    app: Flask, office: Office
) -> None:
    case_id = world.a_case_being_scored(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    colleague = signed_in(app, given.REVIEWER_2)
    stranger = signed_in(app, given.REVIEWER_4)
    recused = signed_in(app, given.REVIEWER)
    office.perform(recuse, given.REVIEWER, seat.id, seat.version, Ground.R1, "")

    for page in ("score", "declare", "recuse", "decline", "score/withdraw", "document"):
        kind, _, rest = page.partition("/")
        tail = f"/{rest}" if rest else "/1" if kind == "document" else ""
        here, nowhere = f"/review/{kind}/{seat.id}{tail}", f"/review/{kind}/9999{tail}"
        answers = {
            body(colleague, here)[0],
            body(stranger, here)[0],
            body(recused, here)[0],
            body(stranger, nowhere)[0],
        }
        assert answers == {404}, page
        assert body(recused, here) == body(recused, nowhere), page


def test_a_stranger_s_sending_is_answered_like_one_into_nowhere(app: Flask, office: Office) -> None:
    case_id = world.a_case_being_scored(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    stranger = signed_in(app, given.REVIEWER_4)
    home = stranger.get(urls.HOME).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', home)
    assert found is not None
    token = {"csrf_token": found[1], "version": "1"}

    for address in ("score/{}", "score/{}/save", "recuse/{}", "declare/{}", "decline/{}"):
        here = stranger.post(f"/review/{address.format(seat.id)}", data=token)
        nowhere = stranger.post(f"/review/{address.format(9999)}", data=token)
        assert (here.status_code, nowhere.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (given.REVIEWER, 403),
        (given.CASHIER, 403),
        (given.ADMIN, 403),
        (given.ACCOUNTING, 403),
        (given.OFFICER, 200),
        (given.CONVENOR, 200),
        (given.MANAGER, 200),
        (given.AUDITOR, 200),
    ],
)
def test_the_panel_page_is_for_those_who_may_read_scores(
    app: Flask, office: Office, person: Actor, status: int
) -> None:
    case_id = world.a_case_being_scored(office)

    assert signed_in(app, person).get(urls.case(case_id)).status_code == status
