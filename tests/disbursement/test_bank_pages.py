"""The pages of the reconciliation: load, confirm, work off, close; each refusal in words."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backoffice.access import Actor
from backoffice.disbursement.rules.bank import AnswerColumn, BankClass, Resolution
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.kernel.money import Ntd
from backoffice.spreadsheets.reader import read_workbook
from backoffice.use_case import Office
from tests import given
from tests.given import bank
from tests.given import sheets as desk
from tests.given.web import counted_queries, page, signed_in, soup_of, submit, words_of

BANK = "/disbursement/bank"
TWO = (3_000_000, 2_999_998)


def load(app: Flask, content: bytes, name: str = "回覆.csv") -> TestResponse:
    client = signed_in(app, given.CASHIER)
    return submit(client, BANK, answer=(BytesIO(content), name))


def test_a_file_is_loaded_looked_through_and_confirmed(app: Flask, office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *TWO)
    first, second = bank.all_paid(office, sheet_id)
    client = signed_in(app, given.CASHIER)

    loaded = submit(
        client, BANK, answer=(BytesIO(bank.as_csv(first, second, bank.stranger())), "回覆.csv")
    )
    words = page(client, loaded.location).get_text(" ")
    assert "確認並登錄 2 筆" in words
    assert "1 項列入待查" in words
    confirmed = submit(client, loaded.location, decision="confirm")

    assert confirmed.status_code == 303
    assert "已登錄；1 項待查" in page(client, confirmed.location).get_text(" ")
    assert [line.state for line in desk.line_rows(office, sheet_id)] == [LineState.PAID] * 2


def test_a_file_is_set_aside(app: Flask, office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    answer_id = bank.load(office, *bank.all_paid(office, sheet_id))
    client = signed_in(app, given.CASHIER)

    answered = submit(client, f"{BANK}/{answer_id}", decision="aside")

    assert "已放棄這份回覆檔" in page(client, answered.location).get_text(" ")


HEADER = ",".join(column.value for column in AnswerColumn)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"   ", "檔案中沒有任何付款結果"),
        (HEADER.encode(), "檔案中沒有任何付款結果"),
        ("案件編號,金額\nS01-112-000001,5".encode(), "結果、入帳日或退匯日"),
        (f"{HEADER}\n,,,,,,,0,入帳,,112/11/20".encode(), "第 2 列「金額」不是大於 0"),
        (b"BOFACHR01" + b" " * 10, "第 1 行第 20 至 250 位元組長度不符"),
    ],
    ids=["blank", "header alone", "columns", "amount", "length"],
)
def test_a_bad_file_is_refused_with_its_place_and_nothing_is_kept(
    app: Flask, office: Office, content: bytes, words: str
) -> None:
    desk.a_sent_sheet(office)

    answer = load(app, content)

    assert answer.status_code == 422
    assert words in words_of(answer)
    assert "還沒有銀行回覆檔" in words_of(answer)


def test_a_file_with_too_many_lines_is_refused(app: Flask, office: Office) -> None:
    rows = "\n".join(f",,S01-112-{n:06d},,,,,5,入帳,,112/04/17" for n in range(2_001))

    answer = load(app, f"{HEADER}\n{rows}".encode())

    assert "檔案有 2,001 筆，超過一次 2,000 筆的上限" in words_of(answer)


def test_an_answer_confirmed_by_another_is_told(app: Flask, office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    answer_id = bank.load(office, *bank.all_paid(office, sheet_id))
    bank.confirm(office, answer_id)
    client = signed_in(app, given.CASHIER)
    version = bank.answer_row(office, answer_id).version
    token = page(client, BANK).select_one("input[name=csrf_token]")
    assert token is not None

    answer = client.post(
        f"{BANK}/{answer_id}",
        data={"csrf_token": token["value"], "version": version, "decision": "confirm"},
    )

    assert answer.status_code == 422
    assert "狀態為「已確認」，不能再確認" in words_of(answer)


def an_unknown(office: Office, amount: int = 1_499_999) -> tuple[int, int]:
    """One paid, one missing, one unknown; the sheet and the unknown item."""
    sheet_id = desk.a_sent_sheet(office, *TWO)
    first, _second = bank.all_paid(office, sheet_id)
    answer_id = bank.answer(office, first, bank.stranger(amount=amount))
    return sheet_id, bank.the_item(office, answer_id, BankClass.UNKNOWN).id


def work_off(app: Flask, item_id: int, **fields: str) -> TestResponse:
    client = signed_in(app, given.CASHIER)
    sent = {"resolution": "PAID", "note": "匯款單核對", "day": "112/11/20", **fields}
    return submit(client, f"{BANK}/items/{item_id}", **sent)


def test_an_unknown_payment_is_matched_on_its_page(app: Flask, office: Office) -> None:
    sheet_id, item_id = an_unknown(office)

    answer = work_off(app, item_id, sheet="112-S01-0001", position="2")

    assert answer.status_code == 303
    client = signed_in(app, given.CASHIER)
    assert client.get(answer.location).location.endswith("/bank/days")
    assert [line.state for line in desk.line_rows(office, sheet_id)] == [LineState.PAID] * 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sheet": "112-S01-0001", "position": "9"}, "找不到已送件的付款「112-S01-0001 第 9 列」"),
        ({"sheet": "112-S01-0001", "position": "1"}, "第 1 列」已登錄入帳或退匯"),
        ({"day": ""}, "尚未填寫入帳日或退匯日"),
        ({"resolution": "RETURNED", "reason": ""}, "退匯須有原因"),
        ({"sheet": "112-S01-0001", "position": "2", "day": "112/11/19"}, "早於送件日"),
    ],
    ids=["place", "done", "day", "reason", "early"],
)
def test_what_cannot_be_is_said_where_it_was_typed(
    app: Flask, office: Office, fields: dict[str, str], words: str
) -> None:
    _sheet_id, item_id = an_unknown(office)

    answer = work_off(app, item_id, **fields)

    assert answer.status_code == 422
    assert words in words_of(answer)
    assert "匯款單核對" in words_of(answer)


def test_another_amount_is_no_match(app: Flask, office: Office) -> None:
    _sheet_id, item_id = an_unknown(office, amount=5)

    answer = work_off(app, item_id, sheet="112-S01-0001", position="2")

    assert "銀行的金額為 5 元，該筆應撥 1,499,999 元" in words_of(answer)


def test_an_item_that_another_has_ended_is_told(app: Flask, office: Office) -> None:
    _sheet_id, item_id = an_unknown(office)
    client = signed_in(app, given.CASHIER)
    url = f"{BANK}/items/{item_id}"
    form = soup_of(client.get(url)).select_one("main form")
    assert form is not None
    sent = {field["name"]: field.get("value", "") for field in form.select("input[type=hidden]")}
    answer_id = bank.answer_row(office, 1).id
    bank.resolve(
        office,
        bank.the_item(office, answer_id, BankClass.UNKNOWN),
        bank.worked(Resolution.GIVEN_BACK),
    )
    later = {**sent, "version": "2", "resolution": "PAID", "note": "x", "day": "112/11/20"}

    answer = client.post(url, data=later)

    assert answer.status_code == 422
    assert "請由選項中選擇" in words_of(answer)


def test_a_day_is_closed_on_its_page(app: Flask, office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *TWO)
    bank.answer(office, *bank.all_paid(office, sheet_id))
    client = signed_in(app, given.CASHIER)

    answer = submit(client, f"{BANK}/days/2023-11-20")

    assert answer.status_code == 303
    assert "112年11月20日 已日結" in page(client, answer.location).get_text(" ")
    assert [each.paid for each in bank.closes(office)] == [Ntd(2_999_999)]


def test_a_day_that_cannot_be_closed_says_why(app: Flask, office: Office) -> None:
    sheet_id, _item_id = an_unknown(office)
    client = signed_in(app, given.CASHIER)
    assert "尚有 2 項待查，不能日結" in page(client, f"{BANK}/days/2023-11-20").get_text(" ")
    token = page(client, BANK).select_one("input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": token["value"]}

    refused = client.post(f"{BANK}/days/2023-11-20", data=data)

    assert refused.status_code == 422
    assert "尚有 2 項待查" in words_of(refused)
    assert "尚未到，不能日結" in words_of(client.post(f"{BANK}/days/2023-11-21", data=data))
    assert client.get(f"{BANK}/days/nonsense").status_code == 404
    assert desk.line_rows(office, sheet_id)[0].state is LineState.PAID


def test_the_other_reasons_against_closing_are_said(app: Flask, office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    client = signed_in(app, given.CASHIER)
    url = f"{BANK}/days/2023-11-20"
    answer_id = bank.load(office, *bank.all_paid(office, sheet_id))
    token = page(client, BANK).select_one("input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": token["value"]}
    assert "「回覆.csv」尚未確認，不能日結" in words_of(client.post(url, data=data))
    desk.settle(office, sheet_id, desk.paid(desk.line_rows(office, sheet_id)[0]))
    bank.confirm(office, answer_id)
    bank.resolve(
        office,
        bank.the_item(office, answer_id, BankClass.LATE),
        bank.worked(Resolution.GIVEN_BACK),
    )
    assert "尚差 1,500,000 元，不能日結。不符的清冊：112-S01-0001" in words_of(
        client.post(url, data=data)
    )
    answer = submit(client, f"/disbursement/sheets/{sheet_id}/bank", note="支付通知 9 號")
    assert "已補登 1 筆的憑據" in page(client, answer.location).get_text(" ")
    bank.close(office)

    assert "已日結，不能再登錄" in words_of(client.post(url, data=data))
    again = client.post(f"/disbursement/sheets/{sheet_id}/bank", data={**data, "note": "x"})
    assert "本清冊沒有待補憑據的付款" in words_of(again)


def test_what_is_settled_by_hand_on_a_closed_day_is_refused_in_words(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.a_sent_sheet(office)
    bank.close(office)
    client = signed_in(app, given.CASHIER)

    answer = submit(client, f"/disbursement/sheets/{sheet_id}/settle", **{"lines-0-result": "PAY"})

    assert answer.status_code == 422
    assert "112年11月20日 已日結，不能再登錄當日的入帳或退匯" in words_of(answer)


@pytest.mark.parametrize("who", [given.ACCOUNTING, given.MANAGER, given.AUDITOR, given.OFFICER])
def test_others_read_and_change_nothing(app: Flask, office: Office, who: Actor) -> None:
    _sheet_id, item_id = an_unknown(office)
    client = signed_in(app, who)

    for url in (BANK, f"{BANK}/items", f"{BANK}/days", f"{BANK}/days/2023-11-20"):
        assert page(client, url).select("main form[method=post]") == []
    assert page(client, f"{BANK}/items/{item_id}").select("main form[method=post]") == []


@pytest.mark.parametrize("count", [1, 12])
def test_no_page_asks_more_for_more_rows(app: Flask, office: Office, count: int) -> None:
    sheet_id = desk.a_sent_sheet(office, *([3_000_000] * count))
    answer_id = bank.answer(office, *bank.all_paid(office, sheet_id), bank.stranger())
    client = signed_in(app, given.CASHIER)
    for url in (
        BANK,
        f"{BANK}/{answer_id}",
        f"{BANK}/items",
        f"{BANK}/days",
        f"{BANK}/days/2023-11-20",
        f"/disbursement/sheets/{sheet_id}/bank",
    ):
        client.get(url)
        with counted_queries(app) as statements:
            assert client.get(url).status_code == 200
        assert len(statements) <= 10, (url, len(statements))


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_every_list_is_taken_as_a_file(app: Flask, office: Office, kind: str) -> None:
    sheet_id = desk.a_sent_sheet(office, *TWO)
    first, _second = bank.all_paid(office, sheet_id)
    answer_id = bank.answer(office, first, bank.stranger())
    client = signed_in(app, given.CASHIER)

    for url in (
        f"{BANK}/list.{kind}",
        f"{BANK}/{answer_id}/lines.{kind}",
        f"{BANK}/items/list.{kind}",
        f"{BANK}/days/list.{kind}",
        f"{BANK}/days/2023-11-20/sheets.{kind}",
        f"{BANK}/template.{kind}",
        f"/disbursement/sheets/{sheet_id}/answer-form.{kind}",
    ):
        answer = client.get(url)
        assert answer.status_code == 200, url
        assert answer.data


def test_the_form_of_a_sheet_filled_in_is_an_answer(app: Flask, office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, *TWO)
    client = signed_in(app, given.CASHIER)
    book = read_workbook(client.get(f"/disbursement/sheets/{sheet_id}/answer-form.xlsx").data)
    form = next(iter(book.sheets.values()))

    assert form.header == tuple(column.value for column in AnswerColumn)
    assert [row.values[1] for row in form.rows] == ["1", "2"]


def test_the_banks_file_leaves_the_house_byte_for_byte_through_money_people_only(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.a_sent_sheet(office)
    content = bank.as_csv(*bank.all_paid(office, sheet_id))
    answer_id = bank.load_file(office, content)

    assert signed_in(app, given.CASHIER).get(f"{BANK}/{answer_id}/file").data == content
    assert signed_in(app, given.OFFICER).get(f"{BANK}/{answer_id}/file").status_code == 403
