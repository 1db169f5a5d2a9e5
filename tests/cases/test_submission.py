"""What was sent, as JSON and as a fingerprint that only content can change."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from backoffice.cases.rules import (
    Finding,
    Submission,
    findings,
    packed,
    restored,
    unpacked,
)
from backoffice.scheme import registry
from tests.cases.workbook import (
    Case,
    case,
    checkpoint,
    edition,
    evaluated,
    line,
    loan,
    piece,
    submission,
)


def _sent(made: Case) -> Submission:
    found = evaluated(made).cases["T-1"].submission
    assert found is not None
    return found


def _written(made: Case, sheet: str, column: str, text: str | None) -> Case:
    made[sheet][0][column] = text
    return made


_SAME: list[tuple[str, Callable[[], Case]]] = [
    ("full width", lambda: case("S01", case_row={"總經費": "４，０００，０００"})),
    (
        "decimals",
        lambda: case("S01", case_row={"經常僱用員工數": "8.50", "實收資本額": "5000000.0"}),
    ),
    ("roc dates", lambda: case("S01", case_row={"收件時間": "112/05/08 10:20:30"})),
    ("roc day", lambda: case("S01", case_row={"計畫開始日": "112年5月8日"})),
    ("names", lambda: case("S01", case_row={"企業名稱": " 測試精密工業有限公司\u3000"})),
    ("rows", lambda: {name: rows[::-1] for name, rows in case("S01").items()}),
]


@pytest.mark.parametrize("made", [each for _, each in _SAME], ids=[name for name, _ in _SAME])
def test_how_content_is_laid_out_does_not_change_its_fingerprint(
    made: Callable[[], Case],
) -> None:
    assert _sent(made()).content_hash() == _sent(case("S01")).content_hash()


@pytest.mark.parametrize(
    ("sheet", "column", "text"),
    [
        ("案件", "電話", "04-2345-0002"),
        ("案件", "電話", None),
        ("案件", "實收資本額", "5000001"),
        ("案件", "收件時間", "2023-05-08 10:20:31"),
        ("案件", "出進口廠商登記", "否"),
        ("經費", "說明", "改"),
        ("設備", "產地", "進口"),
        ("查核點", "權重", "50.01"),
        ("效益", "計畫後", "1200.1"),
    ],
)
def test_any_change_of_content_changes_the_fingerprint(
    sheet: str, column: str, text: str | None
) -> None:
    changed = _sent(_written(case("S01"), sheet, column, text))

    assert changed.content_hash() != _sent(case("S01")).content_hash()


def test_the_same_row_twice_is_other_content_than_once() -> None:
    once, twice = [checkpoint("2023-09-01", "50")], [checkpoint("2023-09-01", "50")] * 2

    assert _sent(case("S01", 查核點=once)).content_hash() != (
        _sent(case("S01", 查核點=twice)).content_hash()
    )


@pytest.mark.parametrize("scheme", registry.schemes())
def test_what_was_sent_comes_back_from_json_as_it_was(scheme: str) -> None:
    sent = submission(scheme)

    again = restored(json.loads(json.dumps(sent.content(), ensure_ascii=False)))

    assert again == sent
    assert again.content_hash() == sent.content_hash()


def test_every_kind_of_child_row_comes_back_from_json() -> None:
    sent = _sent(
        case(
            "S07",
            經費=[line("人事費", 0, 1)],
            設備=[piece(1, "進口")],
            貸款=[loan("B1", 5, 用途="資本性", 計畫經費="100", 資格條件="3、1")],
            繳費=[{"繳費時間": "112/06/01 09:30", "金額": "300000", "收據號碼": "R-1"}],
        )
    )

    assert sent.loans[0].conditions == ("1", "3")
    assert restored(json.loads(json.dumps(sent.content()))) == sent


def test_content_of_another_version_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="version 2"):
        restored(submission("S04").content() | {"version": 2})


def test_the_facts_of_a_finding_come_back_from_json() -> None:
    late = _sent(case("S01", case_row={"收件時間": "2024-01-01 09:00", "計畫結束日": "2025-05-07"}))

    found = findings(late, edition("S01"))

    assert {each.code for each in found} == {"WINDOW_CLOSED", "PERIOD_TOO_LONG"}
    assert found == tuple(
        Finding(each.code, unpacked(json.loads(json.dumps(packed(each.facts)))), each.clause)
        for each in found
    )
