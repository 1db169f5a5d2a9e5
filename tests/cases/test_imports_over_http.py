"""The main door as an officer uses it: upload, look, confirm or give up, correct, send again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backoffice.access import Actor
from backoffice.cases.models import Case
from backoffice.db import sessions
from backoffice.use_case import Office
from tests import given
from tests.cases import books
from tests.cases.workbook import line
from tests.given.cases import Change, a_submitted_case, as_workbook
from tests.given.web import page, signed_in, soup_of, submit, words_of

IMPORTS = "/cases/imports/"
LEFT_OUT = books.AUDIT | books.SIGN_IN


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


def upload(client: FlaskClient, content: bytes, name: str = "進件.xlsx") -> TestResponse:
    return submit(client, IMPORTS, workbook=(BytesIO(content), name))


def previewed(client: FlaskClient, content: bytes) -> str:
    """The address of the preview of this workbook."""
    response = upload(client, content)
    assert response.status_code == 303, words_of(response)
    return response.location


def piles(client: FlaskClient, url: str) -> list[int]:
    """The counts of the three piles."""
    shown = page(client, url).select(".trio .num")
    return [int(each.get_text().replace(",", "")) for each in shown]


def problems_of(client: FlaskClient, url: str) -> books.Sheets:
    return books.sheets_of(client.get(f"{url}/problems.xlsx").data)


def one_case(office: Office, number: str = "S01-112-000001", **changes: Change) -> bytes:
    return as_workbook([a_submitted_case(office.clock.now(), number=number, **changes)])


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that pages send to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_the_sample_comes_in_as_expected_by_the_page(client: FlaskClient, office: Office) -> None:
    url = previewed(client, books.SAMPLE.read_bytes())
    told = books.expected()

    assert piles(client, url) == [
        told["summary"][outcome] for outcome in ("eligible", "ineligible", "rejected")
    ]
    assert books.told_by_the_books(office) == {}
    answer = submit(client, url, decision="confirm")

    assert answer.status_code == 303
    assert "已匯入 336 件" in words_of(client.get(url))
    assert books.told_by_the_books(office) == {
        number: case for number, case in told["cases"].items() if case["outcome"] != "rejected"
    }


def test_every_problem_of_the_sample_is_told_with_its_place(client: FlaskClient) -> None:
    url = previewed(client, books.SAMPLE.read_bytes())

    rows = page(client, f"{url}?pile=CANNOT_ENTER").select("#places tbody tr")

    cells = [[cell.get_text() for cell in row.select("td")] for row in rows]
    told = books.expected()
    wanted = [
        (number, code)
        for number, case in told["cases"].items()
        for code in case.get("errors", ())
        for _row in range(2 if code == "E_DUPLICATE_ROW" else 1)
    ]
    wanted += [(problem["case"], problem["code"]) for problem in told["problems"]]
    assert sorted((cell[3], cell[4]) for cell in cells) == sorted(wanted)
    assert [cell[:3] for cell in cells if cell[4] == "E_UBN"] == [["案件", "338", "統一編號"]]


def test_a_second_upload_of_the_same_file_says_so_and_changes_nothing(
    client: FlaskClient, office: Office
) -> None:
    url = previewed(client, books.SAMPLE.read_bytes())
    submit(client, url, decision="confirm")
    before = books.tables(office, but_for=LEFT_OUT)

    again = upload(client, books.SAMPLE.read_bytes(), "另一個名字.xlsx")

    assert again.location == url
    assert "先前已匯入，沒有新的案件" in words_of(client.get(url))
    assert books.tables(office, but_for=LEFT_OUT) == before


def test_a_corrected_row_of_the_problems_comes_in(client: FlaskClient, office: Office) -> None:
    url = previewed(client, books.SAMPLE.read_bytes())
    submit(client, url, decision="confirm")
    sheets = problems_of(client, url)
    header, *rows = sheets["案件"]
    number, amount, problem = (header.index(name) for name in ("案件編號", "總經費", "問題"))
    broken = next(row for row in rows if row[amount] == "三百萬")
    assert "「總經費」的「三百萬」不是數字" in broken[problem]
    broken[amount] = "3000000"

    corrected = previewed(client, books.bytes_of(sheets))
    assert piles(client, corrected)[2] == 7
    submit(client, corrected, decision="confirm")

    with Session(office.engine) as session:
        found = session.execute(select(Case).where(Case.number == broken[number])).scalar_one()
    assert found.import_id == int(corrected.rsplit("/", 1)[1])


def test_the_problems_have_the_sheets_and_headers_that_were_sent(client: FlaskClient) -> None:
    url = previewed(client, books.SAMPLE.read_bytes())

    found = problems_of(client, url)

    sent = books.sheets_of(books.SAMPLE.read_bytes())
    assert {name: rows[0] for name, rows in found.items()} == {
        name: [*rows[0], "問題"] for name, rows in sent.items()
    }
    assert len(found["案件"]) == 1 + 9


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.4 no workbook", "不是 .xlsx 或 .ods 活頁簿"),
        (b"PK\x03\x04 cut off", "已損壞"),
        (books.bytes_of({"案件": [["案件編號", "方案代碼"], ["1", "S01"]]}), "缺少欄位：收件時間"),
        (books.bytes_of({"封面": [["進件"]]}), "沒有「案件」工作表"),
    ],
)
def test_a_workbook_refused_as_a_whole_says_why_and_leaves_nothing(
    client: FlaskClient, office: Office, content: bytes, told: str
) -> None:
    before = books.tables(office, but_for=LEFT_OUT)
    started = time.monotonic()

    response = upload(client, content)

    assert response.status_code == 422
    assert told in words_of(response)
    assert time.monotonic() - started < 5
    assert books.tables(office, but_for=LEFT_OUT) == before


def test_an_upload_without_a_file_asks_for_one(client: FlaskClient) -> None:
    response = submit(client, IMPORTS)

    assert response.status_code == 422
    assert "此欄必填" in words_of(response)


def test_a_preview_can_be_given_up(client: FlaskClient, office: Office) -> None:
    url = previewed(client, one_case(office))

    submit(client, url, decision="discard")

    shown = words_of(client.get(url))
    assert "已放棄這次匯入" in shown
    assert not page(client, url).select("button[name=decision]")
    assert books.told_by_the_books(office) == {}


def test_a_decision_on_a_page_that_is_out_of_date_is_refused(
    client: FlaskClient, office: Office
) -> None:
    content = one_case(office)
    url = previewed(client, content)
    document = page(client, url)
    sent = {str(field["name"]): field["value"] for field in document.select("main [name][value]")}
    submit(client, url, decision="confirm")

    late = client.post(url, data=sent | {"decision": "confirm"})

    assert late.status_code == 422
    assert "已是「已匯入」" in words_of(late)


def test_details_are_paged_by_key(client: FlaskClient, office: Office) -> None:
    cases = [
        a_submitted_case(office.clock.now(), number=f"S01-{place:03d}", 陸資投資="是")
        for place in range(60)
    ]
    url = previewed(client, as_workbook(cases))

    first = page(client, f"{url}?pile=NEEDS_A_LOOK")
    following = first.select_one("a[rel=next]")
    assert following is not None
    second = page(client, str(following["href"]))

    shown = [row.select("td")[3].get_text() for row in first.select("#places tbody tr")]
    shown += [row.select("td")[3].get_text() for row in second.select("#places tbody tr")]
    assert shown == [f"S01-{place:03d}" for place in range(60)]
    assert second.select_one("a[rel=next]") is None


def test_a_page_takes_the_same_number_of_statements_however_much_was_found(
    app: Flask, client: FlaskClient, office: Office
) -> None:
    many = [
        a_submitted_case(office.clock.now(), number=f"S01-{place:03d}", 陸資投資="是")
        for place in range(60)
    ]
    small, large = previewed(client, one_case(office)), previewed(client, as_workbook(many))
    with app.app_context():
        engine = sessions.engine

    taken = []
    for url in (small, large, IMPORTS):
        with counted(engine) as sent:
            page(client, url)
        taken.append(len([each for each in sent if each.startswith("SELECT")]))

    assert taken[0] == taken[1]
    assert max(taken) <= 8


def test_what_a_firm_wrote_is_shown_and_never_run(client: FlaskClient, office: Office) -> None:
    url = previewed(client, one_case(office, 方案代碼="<script>alert(1)</script>"))

    response = client.get(url)

    assert "<script>alert(1)" not in response.text
    assert "<script>alert(1)</script>" in soup_of(response).get_text()


def test_a_text_like_a_formula_is_a_text_in_the_workbook_of_problems(
    client: FlaskClient, office: Office
) -> None:
    lines = [line("=1+1", 1, 1) | {"補助款": "一元"}]
    url = previewed(client, one_case(office, 企業名稱="=HYPERLINK(0)", 經費=lines))

    sheets = problems_of(client, url)

    assert "=HYPERLINK(0)" in sheets["案件"][1]
    again = previewed(client, client.get(f"{url}/problems.xlsx").data)
    assert piles(client, again) == [0, 0, 1]


@pytest.mark.parametrize("person", [given.MANAGER, given.REVIEWER, given.ACCOUNTING, given.AUDITOR])
def test_only_officers_open_the_door(app: Flask, person: Actor) -> None:
    client = signed_in(app, person)

    answers = [client.get(url).status_code for url in (IMPORTS, f"{IMPORTS}1")]

    assert answers == [403, 403]


def test_an_import_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"{IMPORTS}999").status_code == 404
    assert client.get(f"{IMPORTS}999/problems.xlsx").status_code == 404
