"""The office's pages in a browser: panel, bonus, divergence, the end of scoring, the decision."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from backoffice.access import Actor, Role
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.people.models import Account
from backoffice.people.operations import change_role
from backoffice.review.operations import decline
from backoffice.review.rules.lifecycles import BonusState, Divergence, PanelState
from backoffice.use_case import Office
from tests import given
from tests.given import cases
from tests.given import review as world
from tests.given.web import page, signed_in, submit, words_of
from tests.review import urls
from tests.review.browsing import kept_form, ticked, typed
from tests.review.test_closing import APART, PLAIN, propose, resolve
from tests.review.test_decisions import FULL
from tests.review.test_panels import replace

PANEL_IDS = [str(person.id) for person in world.PANEL]
WHY = "產地證明及發票已核對。"


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    return signed_in(app, given.OFFICER)


@pytest.fixture
def convenor(app: Flask) -> FlaskClient:
    return signed_in(app, given.CONVENOR)


# --- the panel --------------------------------------------------------------------------------


def test_a_panel_is_assigned_from_the_register(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_in_review(office, PLAIN)
    url = urls.case(case_id, "assign")

    offered = words_of(officer.get(url))
    answer = submit(officer, url, reviewers=PANEL_IDS)

    assert "委員 陳美玲（待評 0 案）" in offered
    assert answer.headers["Location"] == urls.case(case_id)
    assert "評分中，已送出 0／3 份" in words_of(officer.get(urls.case(case_id)))


def test_another_number_of_reviewers_is_refused_and_the_choice_stays(
    office: Office, officer: FlaskClient
) -> None:
    case_id = world.a_case_in_review(office, PLAIN)

    answer = submit(officer, urls.case(case_id, "assign"), reviewers=["4", "5"], due_on="112/05/01")

    assert answer.status_code == 422
    assert "本方案每案須指派 3 位不同的委員，您選了 2 位。" in words_of(answer)
    assert ticked(answer, "reviewers") == {"4", "5"}
    assert typed(answer, "due_on") == "112/05/01"


def test_somebody_outside_of_the_register_is_refused(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_in_review(office, PLAIN)

    answer = submit(officer, urls.case(case_id, "assign"), reviewers=["4", "5", "3"])

    assert answer.status_code == 422
    assert "您選的人員 承辦 張志明 不是可指派的審查委員" in words_of(answer)


def test_a_conflict_is_named_with_its_ground(office: Office, officer: FlaskClient) -> None:
    world.an_employment(office, given.REVIEWER_2, ubn=PLAIN.ubn, until=world.today(office))
    case_id = world.a_case_in_review(office, PLAIN)

    answer = submit(officer, urls.case(case_id, "assign"), reviewers=PANEL_IDS)

    assert answer.status_code == 422
    assert (
        "委員 黃國華與「宏聯精密」的關係至 112年4月17日 止，未滿本方案所定年限，"
        "屬「本人或配偶與申請人有僱傭、委任或代理關係」，應予迴避。"
    ) in words_of(answer)
    assert ticked(answer, "reviewers") == set(PANEL_IDS)


def test_a_date_in_the_past_is_refused(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_in_review(office, PLAIN)

    answer = submit(officer, urls.case(case_id, "assign"), reviewers=PANEL_IDS, due_on="112/04/16")

    assert answer.status_code == 422
    assert "評分期限 112年4月16日 已過。請填今日或以後的日期。" in words_of(answer)
    assert typed(answer, "due_on") == "112/04/16"


def test_a_second_panel_is_refused(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)

    answer = submit(officer, urls.case(case_id, "assign"), reviewers=PANEL_IDS)

    assert answer.status_code == 422
    assert f"案件 {PLAIN.number} 已指派審查委員。" in words_of(answer)


def test_a_scored_case_gets_no_panel(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_scored_case(office)

    answer = submit(officer, urls.case(case_id, "assign"), reviewers=PANEL_IDS)

    assert answer.status_code == 422
    assert "目前為「評分完成」，不在書面審查中，不能辦理本項。" in words_of(answer)


def test_a_scheme_without_scoring_has_no_panel(office: Office, officer: FlaskClient) -> None:
    case_id = cases.a_case_in_review(office, number="S04-112-000001", scheme="S04")

    answer = submit(officer, urls.case(case_id, "assign"), reviewers=PANEL_IDS)

    assert answer.status_code == 422
    assert "案件 S04-112-000001 所屬方案不評分，不必指派審查委員。" in words_of(answer)
    assert "本方案不評分。" in words_of(officer.get(urls.case(case_id)))


def test_a_page_that_is_out_of_date_says_so_and_keeps_the_choice(
    office: Office, officer: FlaskClient
) -> None:
    case_id = world.a_case_in_review(office, PLAIN)
    form = kept_form(officer, urls.case(case_id, "assign"))

    answer = officer.post(
        urls.case(case_id, "assign"), data=form | {"version": "1", "reviewers": PANEL_IDS}
    )

    assert answer.status_code == 409
    assert "您輸入的內容仍保留" in words_of(answer)
    assert ticked(answer, "reviewers") == set(PANEL_IDS)
    assert typed(answer, "version") == str(world.case_row(office, case_id).version)


def test_a_reviewer_is_replaced(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)
    url = urls.replacing(office, case_id, given.REVIEWER)

    shown = page(officer, urls.case(case_id))
    answer = submit(officer, url, reviewer="7", reason="出國")

    assert shown.select_one(f'a[href="{url}"]') is not None
    assert answer.headers["Location"] == urls.case(case_id)
    assert "D 待聲明" in words_of(officer.get(urls.case(case_id)))


def test_a_seat_of_another_case_is_not_found(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)
    url = urls.replacing(office, case_id, given.REVIEWER)

    assert officer.get(url.replace(f"/cases/{case_id}/", "/cases/999/")).status_code == 404


def test_a_reviewer_who_was_seated_meanwhile_is_refused(
    office: Office, officer: FlaskClient
) -> None:
    case_id = world.a_case_with_panel(office, PLAIN)
    url = urls.replacing(office, case_id, given.REVIEWER_2)
    form = kept_form(officer, url)
    replace(office, case_id, given.REVIEWER, given.REVIEWER_4)

    answer = officer.post(url, data=form | {"reviewer": "7", "reason": "出國"})

    assert answer.status_code == 422
    assert "這位委員現在或先前已在本案名單中，不能再次指派。" in words_of(answer)
    assert typed(answer, "reason") == "出國"


def test_a_reviewer_whose_sheet_came_in_meanwhile_is_not_replaced(
    office: Office, officer: FlaskClient
) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    url = urls.replacing(office, case_id, given.REVIEWER)
    form = kept_form(officer, url)
    world.score(office, case_id, given.REVIEWER, (80, 70, 75))

    answer = officer.post(url, data=form | {"reviewer": "7", "reason": "出國"})

    assert answer.status_code == 422
    assert "委員 A 已送出評分表，不能替換。" in words_of(answer)
    assert typed(answer, "reason") == "出國"


def test_a_full_panel_takes_nobody_in(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_being_scored(office, PLAIN)
    world.another_reviewer(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    office.perform(decline, given.REVIEWER, seat.id, seat.version, "出國")
    url = urls.replacing(office, case_id, given.REVIEWER)
    form = kept_form(officer, url)
    replace(office, case_id, given.REVIEWER, given.REVIEWER_4)
    fifth = next(each for each in world.reviewer_ids(office) if each > 13)

    answer = officer.post(url, data=form | {"reviewer": str(fifth), "reason": "出國"})

    assert answer.status_code == 422
    assert "本案已有 3 位委員，名額已滿，不必再替換。" in words_of(answer)


# --- the bonus --------------------------------------------------------------------------------


def test_the_bonus_is_confirmed_beside_the_computed_table(
    office: Office, officer: FlaskClient
) -> None:
    case_id = world.a_case_with_panel(office)
    url = urls.case(case_id, "bonus")

    shown = words_of(officer.get(url))
    answer = submit(officer, url, word="confirm", points="2.5", reason=WHY)

    assert "700,000 元 全部新購 1,200,000 元 國產比率 58.33% 規定比率 50.00%" in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert world.bonus_row(office, case_id).points == 250


def test_the_bonus_is_denied(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_with_panel(office)

    submit(officer, urls.case(case_id, "bonus"), word="deny", reason="進口組裝。")

    assert world.bonus_row(office, case_id).state is BonusState.NOT_MET


@pytest.mark.parametrize(
    ("equipment", "fields", "sentence"),
    [
        (
            world.DOMESTIC_AND_IMPORTED,
            {"word": "confirm", "points": "3.01"},
            "加分 3.01 分不在規定範圍內。請填大於 0、至多 3.00 分。",
        ),
        (
            world.DOMESTIC_AND_IMPORTED,
            {"word": "confirm", "points": ""},
            "確認加分須填加分分數。請填寫後再送出。",
        ),
        (
            world.IMPORTED_ONLY,
            {"word": "confirm", "points": "3"},
            "國產設備 0 元，占全部新購設備 1,200,000 元的比率未達規定，不能加分。",
        ),
        (
            world.NO_EQUIPMENT,
            {"word": "confirm", "points": "3"},
            "本案沒有新購設備，國產設備加分不適用。",
        ),
        (
            world.NO_EQUIPMENT,
            {"word": "deny", "points": "3"},
            "本案依設備表不符加分條件，系統已登錄，不必另行處理。",
        ),
    ],
)
def test_a_bonus_against_the_rules_is_refused_and_stays_typed(
    office: Office,
    officer: FlaskClient,
    equipment: tuple[world.Piece, ...],
    fields: dict[str, str],
    sentence: str,
) -> None:
    case_id = world.a_case_with_panel(office, world.Applied(equipment=equipment))

    answer = submit(officer, urls.case(case_id, "bonus"), reason=WHY, **fields)

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert (typed(answer, "points"), typed(answer, "reason")) == (fields["points"], WHY)


def test_points_that_are_no_number_are_refused(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_with_panel(office)

    answer = submit(officer, urls.case(case_id, "bonus"), word="confirm", points="三分", reason=WHY)

    assert (answer.status_code, typed(answer, "points")) == (422, "三分")
    assert "請輸入分數，例如 3 或 2.5。" in words_of(answer)


def test_without_a_panel_there_is_no_bonus_yet(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_in_review(office)

    answer = submit(officer, urls.case(case_id, "bonus"), word="confirm", points="3", reason=WHY)

    assert answer.status_code == 422
    assert f"案件 {PLAIN.number} 尚未指派審查委員。請先指派，再辦理本項。" in words_of(answer)


# --- sheets far apart -------------------------------------------------------------------------


def test_the_officer_is_told_who_differs_and_suggests(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)
    url = urls.case(case_id, "divergence")

    shown = words_of(officer.get(url))
    answer = submit(officer, url, kind="REDO", note="請 A、B 委員再予說明。")

    assert "委員 A 與 B 相差 35 分" in shown
    assert "95" not in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert world.panel_row(office, case_id).proposed_divergence == Divergence.REDO


def test_the_convenor_reads_both_and_decides(office: Office, convenor: FlaskClient) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)
    propose(office, case_id)
    url = urls.case(case_id, "divergence")
    first = world.sheet_row(office, case_id, given.REVIEWER).id

    shown = words_of(convenor.get(url))
    answer = submit(convenor, url, kind="EXCLUDE", sheets=[str(first)], reason="估算有誤。")

    assert "承辦人擬具：維持 建議並陳。" in shown
    assert "委員 A 95 合理性 95" in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert world.panel_row(office, case_id).excluded_sheet_id == first


@pytest.mark.parametrize(
    ("kind", "chosen", "sentence"),
    [
        ("EXCLUDE", [], "排除評分表時，須選定恰好一份。請重新選擇。"),
        ("REDO", [], "重評時，須至少選定一份評分表。請重新選擇。"),
        ("EXCLUDE", [2], "排除委員 C 後，其餘評分表仍相差 20 分以上。"),
    ],
)
def test_a_resolution_against_the_rules_is_refused_and_stays_typed(
    office: Office, convenor: FlaskClient, kind: str, chosen: list[int], sentence: str
) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)
    ids = [str(world.sheet_row(office, case_id, person).id) for person in world.PANEL]
    sheets = [ids[place] for place in chosen]

    answer = submit(
        convenor, urls.case(case_id, "divergence"), kind=kind, sheets=sheets or None, reason="因故"
    )

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert (typed(answer, "reason"), ticked(answer, "sheets")) == ("因故", set(sheets))


def test_where_the_sheets_agree_there_is_nothing_to_resolve(
    office: Office, officer: FlaskClient
) -> None:
    case_id = world.a_case_with_sheets(office, applied=PLAIN)
    url = urls.case(case_id, "divergence")

    answer = submit(officer, url, kind="KEEP", note="並陳")

    assert "目前沒有待處理的評分差異" in words_of(officer.get(url))
    assert answer.status_code == 422
    assert "各委員總分相差未達 20 分，不必處理評分差異。" in words_of(answer)
    assert typed(answer, "note") == "並陳"


@pytest.mark.parametrize("person", [given.MANAGER, given.AUDITOR])
def test_who_only_reads_has_no_form_for_it(app: Flask, office: Office, person: Actor) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)

    document = page(signed_in(app, person), urls.case(case_id, "divergence"))

    assert document.select("main form[method=post]") == []
    assert "95" not in document.get_text()


# --- the end of scoring -----------------------------------------------------------------------


def test_the_convenor_s_list_leads_to_what_is_to_be_done(
    office: Office, convenor: FlaskClient
) -> None:
    ready = world.a_case_with_sheets(office, applied=PLAIN)
    passed = world.a_scored_case(office, applied=world.Applied(number="S01-112-000002"))
    failed = world.a_scored_case(
        office, world.FAILING, world.Applied(number="S01-112-000003", equipment=())
    )

    document = page(convenor, urls.DECISIONS)

    assert document.h1 is not None
    assert document.h1.get_text() == "3 案等您決定"
    assert [str(link["href"]) for link in document.select("tbody th a")] == [
        urls.case(ready),
        urls.case(passed, "decide"),
        urls.case(failed, "reject"),
    ]


def test_an_empty_list_says_why(convenor: FlaskClient) -> None:
    words = words_of(convenor.get(urls.DECISIONS))

    assert "沒有等您決定的案件" in words
    assert "委員都送出評分表後，案件會出現在這裡。" in words


def test_scoring_is_ended_with_what_it_means_on_the_page(
    office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:2], PLAIN)
    url = urls.case(case_id, "close")

    shown = words_of(convenor.get(url))
    answer = submit(convenor, url)

    assert "計入委員 A、B 的評分表，共 2 份；至少須 2 份。" in shown
    assert "委員 C 尚未送出，其草稿作廢，不計分。" in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert world.panel_row(office, case_id).state is PanelState.CLOSED


def test_the_score_is_explained_step_by_step(office: Office, officer: FlaskClient) -> None:
    case_id = world.a_scored_case(office, applied=world.Applied())

    words = words_of(officer.get(urls.case(case_id)))

    assert "總分 74.47，達及格" in words
    for step in (
        "合理性 平均 72 2/3 × 40% 29 1/15 29.06",
        "可行性 平均 69 × 30% 20.7 20.70",
        "效益性 平均 72 1/3 × 30% 21.7 21.70",
        "進位 – 1/300 0.01",
        "國產設備加分 – 3 3.00",
    ):
        assert step in words
    assert "合理性 40% 80 70 68 72.67" in words
    assert "A 合理性 經費與工作相符，估價齊全。" in words


@pytest.mark.parametrize(
    ("marks", "applied", "sentence"),
    [
        (world.PASSING[:1], PLAIN, "有效評分表只有 1 份，未達本方案所定的 2 份。"),
        (APART, PLAIN, "委員總分相差 35 分，已達 20 分。"),
        (world.PASSING, world.Applied(), "國產設備加分尚未經承辦人確認。"),
    ],
)
def test_what_keeps_scoring_open_is_told_before_and_after_the_attempt(
    office: Office,
    convenor: FlaskClient,
    marks: tuple[tuple[int, int, int], ...],
    applied: world.Applied,
    sentence: str,
) -> None:
    case_id = world.a_case_with_sheets(office, marks, applied)
    url = urls.case(case_id, "close")

    before = convenor.get(url)
    answer = submit(convenor, url)

    assert sentence in words_of(before)
    assert sentence in words_of(convenor.get(urls.case(case_id)))
    assert answer.status_code == 422
    assert sentence in words_of(answer)


def test_a_sheet_that_came_in_meanwhile_is_shown_first(
    office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_case_with_sheets(office, world.PASSING[:2], PLAIN)
    url = urls.case(case_id, "close")
    form = kept_form(convenor, url)
    world.score(office, case_id, given.REVIEWER_3, world.PASSING[2])

    answer = convenor.post(url, data=form)

    assert answer.status_code == 409
    assert "計入委員 A、B、C 的評分表，共 3 份" in words_of(answer)
    assert typed(answer, "left_out") == ""


def test_a_closed_panel_is_not_closed_again(office: Office, convenor: FlaskClient) -> None:
    case_id = world.a_scored_case(office)

    answer = submit(convenor, urls.case(case_id, "close"))

    assert answer.status_code == 422
    assert "不再接受變更。如確有必要，請洽承辦人" in words_of(answer)


def test_whoever_scored_is_told_that_another_must_close(app: Flask, office: Office) -> None:
    case_id = world.a_case_with_sheets(office, applied=PLAIN)
    with Session(office.engine) as session:
        version = session.get_one(Account, given.REVIEWER.id).version
    office.perform(
        change_role, given.ADMIN, given.REVIEWER.id, version, Role.CONVENOR, None, "改任召集人"
    )

    answer = submit(signed_in(app, given.REVIEWER), urls.case(case_id, "close"))

    assert answer.status_code == 422
    assert f"您曾為案件 {PLAIN.number} 的審查委員。評分與決審須由不同人辦理。" in words_of(answer)


def test_scoring_is_opened_again_with_a_reason(office: Office, convenor: FlaskClient) -> None:
    case_id = world.a_scored_case(office)
    url = urls.case(case_id, "reopen")

    blank = submit(convenor, url, reason="")
    answer = submit(convenor, url, reason="漏看附件。", due_on="112/04/20")

    assert (blank.status_code, "此欄必填。" in words_of(blank)) == (422, True)
    assert answer.headers["Location"] == urls.case(case_id)
    assert "第 2 次評分" not in words_of(convenor.get(urls.case(case_id)))
    assert world.case_row(office, case_id).state is CaseState.IN_REVIEW


def test_a_decided_case_is_not_opened_again(office: Office, convenor: FlaskClient) -> None:
    world.a_budget(office, 5_000_000)
    case_id = world.a_scored_case(office)
    world.award_all(office, case_id)

    answer = submit(convenor, urls.case(case_id, "reopen"), reason="漏看附件。")

    assert answer.status_code == 422
    assert "目前為「已核定」。只有評分完成而尚未決審的案件" in words_of(answer)
    assert typed(answer, "reason") == "漏看附件。"


# --- the decision -----------------------------------------------------------------------------


def test_the_award_page_says_exactly_what_will_change(
    office: Office, convenor: FlaskClient
) -> None:
    world.a_budget(office, 10_000_000)
    case_id = world.a_scored_case(office, applied=FULL)
    url = urls.case(case_id, "decide")

    shown = words_of(convenor.get(url))
    answer = submit(convenor, url, document_number="經企字第1號")

    assert "核定 3,000,000 元" in shown
    assert "總分 71.47，及格 70.00" in shown
    assert "狀態 評分完成 已核定 核定補助款（元） – 3,000,000" in shown
    assert "S01 可用餘額（元） 10,000,000 7,000,000" in shown
    assert "每案補助上限 3,000,000" in shown
    assert "承辦人應於 112年5月17日 前辦理簽約" in shown
    assert answer.headers["Location"] == urls.case(case_id)
    assert world.case_row(office, case_id).subsidy == Ntd(3_000_000)
    assert "決定人與時間 召集人 劉文正" in words_of(convenor.get(urls.case(case_id)))


def test_another_amount_is_reckoned_with_before_it_is_awarded(
    office: Office, convenor: FlaskClient
) -> None:
    world.a_budget(office, 10_000_000)
    case_id = world.a_scored_case(office, applied=FULL)
    url = urls.case(case_id, "decide")

    first = submit(convenor, url, subsidy="2,400,000", total_budget="5,400,000", reason="刪減")

    assert first.status_code == 200
    assert "金額已變更，下表按新金額重算" in words_of(first)
    assert "S01 可用餘額（元） 10,000,000 7,600,000" in words_of(first)
    assert world.case_row(office, case_id).state is CaseState.SCORED
    assert typed(first, "told") == "2400000/5400000"
    again = kept_form(convenor, url) | {
        name: typed(first, name) for name in ("subsidy", "total_budget", "told", "reason")
    }
    assert convenor.post(url, data=again).headers["Location"] == urls.case(case_id)
    assert world.case_row(office, case_id).subsidy == Ntd(2_400_000)


@pytest.mark.parametrize(
    ("budget", "subsidy", "whole", "sentence"),
    [
        (9_000_000, "0", "6000000", "核定補助款須大於 0 元。請重新輸入。"),
        (9_000_000, "3000001", "6000000", "核定補助款 3,000,001 元超過本案上限 3,000,000 元。"),
        (9_000_000, "3000000", "6000001", "核定計畫總經費 6,000,001 元大於申請的 6,000,000 元。"),
        pytest.param(
            9_000_000,
            "2400000",
            "6000000",
            "自籌款將為 3,600,000 元，超過實收資本額 3,000,000 元。"
            "請將計畫總經費縮減至 5,400,000 元以下。",
            marks=pytest.mark.scenario("A37"),
        ),
        (2_000_000, "3000000", "6000000", "可用餘額只剩 2,000,000 元，不足支應 3,000,000 元。"),
    ],
)
def test_an_award_against_the_rules_is_refused_and_stays_typed(
    office: Office, convenor: FlaskClient, budget: int, subsidy: str, whole: str, sentence: str
) -> None:
    world.a_budget(office, budget)
    case_id = world.a_scored_case(office, applied=FULL)
    wanted = {"subsidy": subsidy, "total_budget": whole, "told": f"{subsidy}/{whole}"}

    answer = submit(convenor, urls.case(case_id, "decide"), reason="決審意見", **wanted)

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert {name: typed(answer, name) for name in wanted} == wanted
    assert typed(answer, "reason") == "決審意見"


def test_a_failed_case_cannot_be_awarded(office: Office, convenor: FlaskClient) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office, world.FAILING)

    answer = submit(convenor, urls.case(case_id, "decide"))

    assert answer.status_code == 422
    sentence = "本案得分 61.87，未達及格分數 70.00，不能核定補助。請辦理不予補助。"
    assert sentence in words_of(answer)
    assert sentence in words_of(convenor.get(urls.case(case_id)))


def test_a_failed_case_is_refused_with_the_reason_at_hand(
    office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_scored_case(office, world.FAILING)

    submit(convenor, urls.case(case_id, "reject"))

    assert world.case_row(office, case_id).state is CaseState.REJECTED
    reason = world.decision_row(office, case_id).reason
    assert reason == "經審查委員評分 61.87 分，未達及格分數 70.00 分。"


def test_a_failed_case_without_any_reason_is_not_refused(
    office: Office, convenor: FlaskClient
) -> None:
    case_id = world.a_scored_case(office, world.FAILING)

    answer = submit(convenor, urls.case(case_id, "reject"), reason=" ")

    assert answer.status_code == 422
    assert "尚未填寫理由。請說明理由後再送出。" in words_of(answer)


def test_a_passed_case_is_refused_only_with_a_reason(office: Office, convenor: FlaskClient) -> None:
    case_id = world.a_scored_case(office)

    answer = submit(convenor, urls.case(case_id, "reject"), document_number="經企字第2號")

    assert answer.status_code == 422
    assert "本案得分 71.47，已達及格分數。不予補助須敘明理由" in words_of(answer)
    assert typed(answer, "document_number") == "經企字第2號"


@pytest.mark.parametrize("deed", ["decide", "reject"])
def test_a_decided_case_is_not_decided_again(
    office: Office, convenor: FlaskClient, deed: str
) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office)
    world.award_all(office, case_id)

    answer = submit(convenor, urls.case(case_id, deed), reason="再議")

    assert answer.status_code == 422
    assert "目前為「已核定」，不是評分完成而待決審的案件。" in words_of(answer)
    assert typed(answer, "reason") == "再議"


def test_a_decision_on_an_older_page_is_told_so(office: Office, convenor: FlaskClient) -> None:
    world.a_budget(office, 9_000_000)
    case_id = world.a_scored_case(office)
    url = urls.case(case_id, "decide")

    answer = submit(convenor, url, version="1", reason="決審意見")

    assert answer.status_code == 409
    assert typed(answer, "reason") == "決審意見"


# --- the case's own page ----------------------------------------------------------------------


def test_the_case_page_offers_the_next_step_to_who_may_take_it(
    app: Flask, office: Office, officer: FlaskClient, convenor: FlaskClient
) -> None:
    case_id = world.a_case_in_review(office)
    url = f"/cases/{case_id}"

    assert page(officer, url).select_one(f'a[href="{urls.case(case_id, "assign")}"]')
    world.seat_panel(office, case_id)
    assert page(officer, url).select_one(f'a[href="{urls.case(case_id, "bonus")}"]')
    assert "有效評分表只有 0 份" in words_of(convenor.get(url))
    assert "有效評分表" not in words_of(signed_in(app, given.AUDITOR).get(url))


def test_a_divergence_is_offered_to_the_officer_and_then_to_the_convenor(
    office: Office, officer: FlaskClient, convenor: FlaskClient
) -> None:
    case_id = world.a_case_with_sheets(office, APART, PLAIN)
    link = f'a[href="{urls.case(case_id, "divergence")}"]'

    assert page(officer, urls.case(case_id)).select_one(link)
    propose(office, case_id)
    assert not page(officer, urls.case(case_id)).select_one(link)
    assert page(convenor, urls.case(case_id)).select_one(link)
    resolve(office, case_id, Divergence.KEEP)
    assert not page(convenor, urls.case(case_id)).select_one(link)
