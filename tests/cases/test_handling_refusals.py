"""What is refused on the pages of a case. That both languages say so: `tests.given.refusals`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.access import Actor
from backoffice.cases.operations import take_from_queue
from backoffice.use_case import Office
from tests import given
from tests.given import refusals
from tests.given.cases import an_imported_case, version_of
from tests.given.web import filled_in, page, signed_in, submit

Scene = Callable[[FlaskClient, Office], TestResponse]

LETTER = {"letter_on": "112/04/17", "letter_number": "宏聯字第112041701號"}


def a_case(office: Office, officer: Actor | None = given.OFFICER, **changes: Any) -> str:
    """The address of a case that this officer took, None for nobody's."""
    case_id = an_imported_case(office, **changes)
    if officer is not None:
        office.perform(take_from_queue, officer, case_id, version_of(office, case_id))
    return f"/cases/{case_id}"


def taken(client: FlaskClient, office: Office) -> TestResponse:
    return submit(client, f"{a_case(office, given.OFFICER_2)}/take")


def somebody_else_s(client: FlaskClient, office: Office) -> TestResponse:
    url = f"{a_case(office, given.OFFICER_2)}/withdraw"
    return submit(client, url, **LETTER, reason="業者改變計畫")


def nobody_s(client: FlaskClient, office: Office) -> TestResponse:
    return submit(client, f"{a_case(office, None)}/give-back", note="非本組業務")


def to_oneself(client: FlaskClient, office: Office) -> TestResponse:
    url = f"{a_case(office)}/hand-over"
    return submit(client, url, officer_id=given.OFFICER.id, note="請續辦")


def of_a_withdrawn_case(client: FlaskClient, office: Office) -> TestResponse:
    url = a_case(office)
    submit(client, f"{url}/withdraw", **LETTER)
    return submit(client, f"{url}/hand-over", officer_id=given.OFFICER_2.id, note="請續辦")


def a_finding_without_a_word(client: FlaskClient, office: Office) -> TestResponse:
    url = f"{a_case(office, 陸資投資='是')}/eligibility"
    return submit(client, url, **{"reason-1": "投審會函覆並無陸資"}, note="待確認")


def an_overruling_without_a_reason(client: FlaskClient, office: Office) -> TestResponse:
    url = f"{a_case(office, 陸資投資='是')}/eligibility"
    return submit(client, url, **{"finding-1": "overrule"}, note="待確認")


def another_note_under_the_same_key(client: FlaskClient, office: Office) -> TestResponse:
    url = f"{a_case(office)}/note"
    form = page(client, url).select_one("main form[method=post]")
    assert form is not None
    sent = filled_in(form)
    client.post(url, data=sent | {"text": "業者來電詢問進度"})
    return client.post(url, data=sent | {"text": "業者再次來電"})


SCENES: dict[str, Scene] = {
    "case.taken": taken,
    "case.not_yours": somebody_else_s,
    "case.unassigned": nobody_s,
    "case.already_theirs": to_oneself,
    "case.finished": of_a_withdrawn_case,
    "case.findings_open": a_finding_without_a_word,
    "case.reason_missing": an_overruling_without_a_reason,
    "act.key_misused": another_note_under_the_same_key,
}


@pytest.mark.parametrize("code", SCENES)
def test_a_refusal_is_told_in_both_languages(app: Flask, office: Office, code: str) -> None:
    answer = SCENES[code](signed_in(app, given.OFFICER), office)

    assert answer.status_code == 422
    assert refusals.heard(app)[code] == refusals.BOTH


def test_a_finding_is_named_in_words_and_not_by_its_code(app: Flask, office: Office) -> None:
    answer = an_overruling_without_a_reason(signed_in(app, given.OFFICER), office)

    assert "PRC_INVESTMENT" not in answer.text
