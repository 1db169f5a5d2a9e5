"""The officer's pages in a browser: the panel, replacements, the bonus, the next step."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backoffice.review.operations import decline
from backoffice.review.rules.lifecycles import BonusState, Divergence
from backoffice.use_case import Office
from tests import given
from tests.given import cases
from tests.given import review as world
from tests.given.web import page, signed_in, submit, words_of
from tests.review import urls
from tests.review.browsing import kept_form, ticked, typed
from tests.review.scenes import APART, PLAIN, SECOND, propose, resolve
from tests.review.test_panels import replace

PANEL_IDS = [str(person.id) for person in world.PANEL]
WHY = "產地證明及發票已核對。"


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
    fifth = world.another_reviewer(office)
    seat = world.seat_row(office, case_id, given.REVIEWER)
    office.perform(decline, given.REVIEWER, seat.id, seat.version, "出國")
    url = urls.replacing(office, case_id, given.REVIEWER)
    form = kept_form(officer, url)
    replace(office, case_id, given.REVIEWER, given.REVIEWER_4)

    answer = officer.post(url, data=form | {"reviewer": str(fifth.id), "reason": "出國"})

    assert answer.status_code == 422
    assert "本案已有 3 位委員，名額已滿，不必再替換。" in words_of(answer)


# --- the bonus ---------------------------------------------------------------------------------


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
    ids=[
        "bonus.out_of_range",
        "bonus.points_missing",
        "bonus.not_met",
        "bonus.not_applicable",
        "bonus.nothing_open",
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


# --- the case's own page -----------------------------------------------------------------------


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


def test_the_register_counts_what_each_reviewer_still_has_to_score(
    office: Office, officer: FlaskClient
) -> None:
    world.a_case_with_sheets(office, world.PASSING[:1], PLAIN)
    case_id = world.a_case_in_review(office, SECOND)

    words = words_of(officer.get(urls.case(case_id, "assign")))

    assert "委員 陳美玲（待評 0 案）" in words
    assert "委員 黃國華（待評 1 案）" in words
