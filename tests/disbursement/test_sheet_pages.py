"""What the payment desk shows to whom, and a sheet's whole way over its pages."""

from __future__ import annotations

import pytest
from flask import Flask

from backoffice.access import SYSTEM, Actor
from backoffice.disbursement.rules.lifecycles import LineState, SheetState, TrancheState
from backoffice.use_case import Office
from tests import given
from tests.given import disbursement as world
from tests.given import sheets as desk
from tests.given.web import counted_queries, page, signed_in, submit, words_of

DESK = "/disbursement/sheets"


def url(sheet_id: int, step: str = "") -> str:
    return f"{DESK}/{sheet_id}/{step}".rstrip("/")


def words(app: Flask, who: Actor, address: str) -> str:
    response = signed_in(app, who).get(address)
    assert response.status_code == 200, words_of(response)
    return words_of(response)


def test_a_sheet_goes_its_whole_way_over_the_pages(app: Flask, office: Office) -> None:
    first, second = desk.verified_tranches(office, 3_000_000, 2_999_999)
    desk.an_allotment(office)

    made = submit(
        signed_in(app, given.ACCOUNTING),
        DESK,
        form="#group-1",
        tranche=[str(first), str(second)],
        purpose="第1期款",
    )
    assert (made.status_code, made.location) == (303, url(1))
    for who, step in (
        (given.ACCOUNTING_2, "check"),
        (given.MANAGER, "approve"),
        (given.CASHIER, "send"),
    ):
        assert submit(signed_in(app, who), url(1, step)).status_code == 303
    answered = {
        "lines-0-result": "PAY",
        "lines-1-result": "RETURN",
        "lines-1-reason": "NAME_DIFFERS",
    }
    assert submit(signed_in(app, given.CASHIER), url(1, "settle"), **answered).status_code == 303

    assert desk.sheet_row(office, 1).state is SheetState.SETTLED
    states = [line.state for line in desk.line_rows(office, 1)]
    assert states == [LineState.PAID, LineState.RETURNED]
    assert "退匯 112/11/20 戶名不符" in words(app, given.ACCOUNTING, url(1))


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (given.ACCOUNTING_2, "等您辦理：1 份清冊待覆核。"),
        (given.OFFICER, "等您辦理：1 份清冊待覆核。"),
        (given.ACCOUNTING, "目前沒有等您辦理的清冊。"),
        (given.MANAGER, "目前沒有等您辦理的清冊。"),
        (given.CASHIER, "目前沒有等您辦理的清冊。"),
        (given.AUDITOR, "目前沒有等您辦理的清冊。"),
    ],
)
def test_the_first_sentence_says_what_waits_for_the_reader(
    app: Flask, office: Office, who: Actor, sentence: str
) -> None:
    desk.a_made_sheet(office)

    assert sentence in words(app, who, DESK)


def test_accounting_sees_the_verified_tranches_with_their_sum(app: Flask, office: Office) -> None:
    desk.verified_tranches(office, 3_000_000, 2_999_999)

    document = page(signed_in(app, given.ACCOUNTING), DESK)

    boxes = document.select("input[name=tranche]")
    assert [box["data-amount"] for box in boxes] == ["1500000", "1499999"]
    assert "2,999,999 元" in document.get_text()


def test_who_makes_no_sheets_gets_no_boxes(app: Flask, office: Office) -> None:
    desk.verified_tranches(office, 3_000_000)

    document = page(signed_in(app, given.CASHIER), f"{DESK}?step=MAKE")

    assert document.select("input[name=tranche]") == []
    assert "1,500,000" in document.get_text()


@pytest.mark.scenario("A88")
def test_a_blocked_tranche_has_no_box_and_says_why(app: Flask, office: Office) -> None:
    (tranche_id,) = desk.verified_tranches(office, 3_000_000)
    case_id = desk.tranche_row(office, tranche_id).case_id
    office.perform(desk.rename_firm, SYSTEM, case_id, "宏聯精密工業有限公司")

    document = page(signed_in(app, given.ACCOUNTING), DESK)

    assert document.select("input[name=tranche]") == []
    assert "與登記名稱「宏聯精密工業有限公司」不完全相同" in document.get_text()


@pytest.mark.scenario("A90")
def test_a_returned_tranche_shows_its_reason_and_an_officer_may_correct_it(
    app: Flask, office: Office
) -> None:
    sheet_id = desk.a_sent_sheet(office)
    line = desk.line_rows(office, sheet_id)[0]
    desk.settle(office, sheet_id, desk.returned(line))
    account = f"/disbursement/tranches/{line.tranche_id}/account"

    document = page(signed_in(app, given.OFFICER), f"{DESK}?step=MAKE")

    assert "112-S01-0001 第 1 列：戶名不符" in document.get_text()
    assert document.select_one(f'a[href="{account}"]') is not None
    corrected = submit(
        signed_in(app, given.OFFICER),
        account,
        bank_code="004",
        branch_code="0037",
        account_number="998877",
        passbook=(desk.pdf_stream(), "存摺.pdf"),
    )
    assert corrected.status_code == 303
    again = desk.make(office, [line.tranche_id])
    assert desk.line_rows(office, again)[0].columns["account"] == "998877"


def test_the_account_is_masked_on_every_page(app: Flask, office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office)
    shown = [
        words(app, given.ACCOUNTING, url(sheet_id)),
        words(app, given.AUDITOR, url(sheet_id, "print")),
        words(app, given.CASHIER, url(sheet_id, "settle")),
    ]

    assert all("004-0037 ····8812" in text for text in shown)
    assert not any("003123458812" in text for text in shown)


def test_the_page_names_who_may_take_the_step_instead(app: Flask, office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    maker = words(app, given.ACCOUNTING, url(sheet_id))
    cashier = words(app, given.CASHIER, url(sheet_id))

    assert "此清冊由您製作，請由其他覆核人員辦理。" in maker
    assert "可辦理者：承辦 林怡君、承辦 張志明、主計 許家豪。" in maker
    assert "您的角色不辦理此步驟。可辦理者：承辦 林怡君、承辦 張志明、主計 許家豪。" in cashier


@pytest.mark.scenario("A91")
def test_a_scorer_is_not_named_as_somebody_who_may(app: Flask, office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)
    case_id = desk.line_rows(office, sheet_id)[0].case_id
    office.perform(desk.put_score, SYSTEM, case_id, given.ACCOUNTING_2)

    assert "可辦理者：承辦 林怡君、承辦 張志明。" in words(app, given.ACCOUNTING, url(sheet_id))


def test_one_primary_action_at_most(app: Flask, office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    found = {
        who.name: [
            link["href"]
            for link in page(signed_in(app, who), url(sheet_id)).select("main .btn.primary")
        ]
        for who in (given.ACCOUNTING_2, given.ACCOUNTING, given.MANAGER, given.AUDITOR)
    }

    assert found == {
        given.ACCOUNTING_2.name: [url(sheet_id, "check")],
        given.ACCOUNTING.name: [],
        given.MANAGER.name: [],
        given.AUDITOR.name: [],
    }


@pytest.mark.parametrize(("who", "links"), [(given.ACCOUNTING, 1), (given.CASHIER, 0)])
def test_case_numbers_are_links_for_those_who_may_open_cases(
    app: Flask, office: Office, who: Actor, links: int
) -> None:
    sheet_id = desk.a_made_sheet(office)
    case_id = desk.line_rows(office, sheet_id)[0].case_id

    document = page(signed_in(app, who), url(sheet_id))

    assert len(document.select(f'a[href="/cases/{case_id}"]')) == links
    assert "S01-112-000001" in document.get_text()


@pytest.mark.scenario("A92")
def test_the_print_has_the_agency_in_force_and_the_sum_in_words(app: Flask, office: Office) -> None:
    sheet_id = desk.a_made_sheet(office, 3_000_000, 2_999_999, 1_428_572)

    text = words(app, given.ACCOUNTING, url(sheet_id, "print"))

    assert "經濟部中小及新創企業署" in text
    assert "新臺幣參佰柒拾壹萬肆仟貳佰捌拾伍元整" in text
    assert "稽核鏈第" in text


def test_a_step_that_is_not_due_says_so_and_has_no_button(app: Flask, office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    document = page(signed_in(app, given.MANAGER), url(sheet_id, "approve"))

    assert "目前狀態為「待覆核」，不能辦理「核准」。" in document.get_text()
    assert document.select("main form[method=post]") == []


@pytest.mark.parametrize(
    ("who", "step"),
    [
        (given.CASHIER, "check"),
        (given.OFFICER, "approve"),
        (given.ACCOUNTING, "send"),
        (given.MANAGER, "settle"),
        (given.OFFICER, "void"),
    ],
)
def test_a_step_of_another_role_does_not_open(
    app: Flask, office: Office, who: Actor, step: str
) -> None:
    sheet_id = desk.a_made_sheet(office)

    assert signed_in(app, who).get(url(sheet_id, step)).status_code == 403


@pytest.mark.parametrize("who", [given.REVIEWER, given.CONVENOR, given.ADMIN])
def test_the_desk_does_not_open_for_who_has_no_part_in_payments(
    app: Flask, office: Office, who: Actor
) -> None:
    assert signed_in(app, who).get(DESK).status_code == 403


def test_a_settled_line_stands_below_and_is_not_asked_again(app: Flask, office: Office) -> None:
    sheet_id = desk.a_sent_sheet(office, 3_000_000, 2_999_999)
    desk.settle(office, sheet_id, desk.paid(desk.line_rows(office, sheet_id)[0]))

    document = page(signed_in(app, given.CASHIER), url(sheet_id, "settle"))

    assert len(document.select("input[type=radio][value=PAY]")) == 1
    assert "1,499,999 元" in document.get_text()
    assert "已入帳" in document.get_text()


def test_a_voided_sheet_says_why(app: Flask, office: Office) -> None:
    sheet_id = desk.a_made_sheet(office)

    done = submit(signed_in(app, given.ACCOUNTING), url(sheet_id, "void"), reason="第 1 列帳號誤植")

    assert done.status_code == 303
    assert "已作廢：第 1 列帳號誤植" in words(app, given.CASHIER, url(sheet_id))
    tranche_id = desk.line_rows(office, sheet_id)[0].tranche_id
    assert desk.tranche_row(office, tranche_id).state is TrancheState.VERIFIED


def test_lists_by_step_show_their_sheets(app: Flask, office: Office) -> None:
    settled = desk.a_settled_sheet(office)

    assert "112-S01-0001" in words(app, given.AUDITOR, f"{DESK}?step=SETTLED")
    assert "這一步目前沒有清冊。" in words(app, given.AUDITOR, f"{DESK}?step=CHECK")
    assert "這一步目前沒有清冊。" in words(app, given.AUDITOR, f"{DESK}?step=CHECK&after=x")
    assert desk.sheet_row(office, settled).state is SheetState.SETTLED


def test_an_unknown_sheet_is_not_found(app: Flask, office: Office) -> None:
    for step in ("", "file", "print"):
        assert signed_in(app, given.ACCOUNTING).get(url(99, step)).status_code == 404
    tranche = signed_in(app, given.OFFICER).get("/disbursement/tranches/99/account")
    assert tranche.status_code == 404


def query_count(app: Flask, who: Actor, address: str) -> int:
    client = signed_in(app, who)
    client.get(address)
    with counted_queries(app) as statements:
        assert client.get(address).status_code == 200
    return len(statements)


QUERIES_MAX = 8


@pytest.mark.parametrize(
    ("who", "step"),
    [
        (given.ACCOUNTING, ""),
        (given.ACCOUNTING, "print"),
        (given.ACCOUNTING_2, "check"),
        (given.ACCOUNTING, "void"),
    ],
)
def test_a_sheet_of_three_lines_asks_no_more_than_one_of_one(
    app: Flask, office: Office, who: Actor, step: str
) -> None:
    one, *three = desk.verified_tranches(office, *[3_000_000] * 4)
    small, large = desk.make(office, [one]), desk.make(office, three)

    counts = [query_count(app, who, url(each, step)) for each in (small, large)]

    assert counts[0] == counts[1] <= QUERIES_MAX


@pytest.mark.parametrize(
    ("who", "step", "world_of"),
    [
        (given.MANAGER, "approve", desk.a_checked_sheet),
        (given.CASHIER, "send", desk.an_approved_sheet),
        (given.CASHIER, "settle", desk.a_sent_sheet),
    ],
)
def test_a_confirm_page_asks_a_fixed_number_of_questions(
    app: Flask, office: Office, who: Actor, step: str, world_of: desk.World
) -> None:
    sheet_id = world_of(office)

    assert query_count(app, who, url(sheet_id, step)) <= QUERIES_MAX


def test_the_desk_asks_as_often_for_three_rows_as_for_one(app: Flask, office: Office) -> None:
    ready = f"{DESK}?step=MAKE"
    desk.verified_tranches(office, 3_000_000)
    one = query_count(app, given.ACCOUNTING, ready)
    others = [desk.a_verified_tranche(office, place) for place in (1, 2, 3, 4)]
    world.at(office, desk.MADE_ON)

    assert query_count(app, given.ACCOUNTING, ready) == one <= QUERIES_MAX
    listed = f"{DESK}?step=CHECK"
    desk.make(office, others[:1])
    first = query_count(app, given.ACCOUNTING, listed)
    for each in others[1:3]:
        desk.make(office, [each])
    assert query_count(app, given.ACCOUNTING, listed) == first <= QUERIES_MAX
