"""Who may be funded: every rule of every scheme just below, at and above its border."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from backoffice.cases.rules import (
    NOTHING_KNOWN,
    Closure,
    Known,
    Submission,
    findings,
    track_of,
    verdicts,
)
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.scheme import registry
from backoffice.scheme.rules import CloseCause
from tests.cases.workbook import (
    OTHER_UBNS,
    UBN,
    case,
    codes,
    edition,
    evaluated,
    submission,
)

_MOMENT = timedelta(microseconds=1)


def _found(sent: Submission, known: Known = NOTHING_KNOWN) -> list[str]:
    return codes(findings(sent, edition(sent.scheme), known))


def _changed(scheme: str, **fields: Any) -> list[str]:
    return _found(replace(submission(scheme), **fields))


# --- windows ---


_CLOSES_AT = {
    "S01": datetime(2023, 12, 21, tzinfo=TAIPEI),
    "S02": datetime(2023, 12, 1, tzinfo=TAIPEI),
    "S03": datetime(2023, 12, 1, tzinfo=TAIPEI),
    "S05": datetime(2023, 12, 1, tzinfo=TAIPEI),
    "S07": datetime(2025, 11, 1, tzinfo=TAIPEI),
    "S08": datetime(2023, 10, 1, tzinfo=TAIPEI),
    "S09": datetime(2023, 8, 1, tzinfo=TAIPEI),
    "S10": datetime(2023, 6, 1, tzinfo=TAIPEI),
}


@pytest.mark.scenario("A01")
@pytest.mark.scenario("A02")
@pytest.mark.parametrize(("scheme", "closes_at"), _CLOSES_AT.items())
def test_a_window_is_open_up_to_its_closing_instant(scheme: str, closes_at: datetime) -> None:
    sent = submission(scheme)

    def at(instant: datetime) -> bool:
        return "WINDOW_CLOSED" in _found(replace(sent, received_at=instant))

    assert (at(closes_at - _MOMENT), at(closes_at), at(closes_at + _MOMENT)) == (False, True, True)


@pytest.mark.parametrize("scheme", registry.schemes())
def test_a_window_opens_at_nine_o_clock(scheme: str) -> None:
    opens_at = datetime(2023, 4, 17, 9, tzinfo=TAIPEI)

    assert "WINDOW_CLOSED" not in _changed(scheme, received_at=opens_at)
    assert "WINDOW_CLOSED" in _changed(scheme, received_at=opens_at - _MOMENT)


@pytest.mark.parametrize("scheme", ["S04", "S06", "S11"])
def test_a_window_without_a_closing_date_stays_open(scheme: str) -> None:
    assert _changed(scheme, received_at=datetime(2025, 12, 31, tzinfo=TAIPEI)) == []


@pytest.mark.scenario("A01")
@pytest.mark.scenario("A02")
@pytest.mark.scenario("A03")
@pytest.mark.parametrize(
    ("received", "found"),
    [
        ("2023-12-20T23:59:59.999+08:00", []),
        ("2023-12-20T15:59:59.999Z", []),
        ("2023-12-20T15:30Z", []),
        ("2023-12-21T00:00:00+08:00", ["WINDOW_CLOSED"]),
        ("112/12/20 23:59:59", []),
        ("112/12/21", ["WINDOW_CLOSED"]),
    ],
)
def test_the_instant_of_receipt_counts_in_taipei(received: str, found: list[str]) -> None:
    plan = {"收件時間": received, "計畫開始日": "2023-12-20", "計畫結束日": "2024-12-19"}
    days = [("2024-01-20", "50"), ("2024-10-20", "50")]
    checkpoints: list[dict[str, str | None]] = [
        {"完成日期": day, "權重": weight} for day, weight in days
    ]

    result = evaluated(case("S01", case_row=plan, 查核點=checkpoints)).cases["T-1"]

    assert codes(result.findings) == found


@pytest.mark.parametrize("cause", [CloseCause.BUDGET_EXHAUSTED, CloseCause.ANNOUNCED])
def test_a_window_declared_closed_is_closed_from_that_instant(cause: CloseCause) -> None:
    sent = submission("S01")
    known = Known(closures={"S01/1": Closure(sent.received_at, cause)})

    on_time = _found(replace(sent, received_at=sent.received_at - _MOMENT), known)
    too_late = findings(sent, edition("S01"), known)

    assert on_time == []
    assert [(each.code, each.facts["cause"]) for each in too_late] == [
        ("WINDOW_CLOSED", cause.value)
    ]


# --- the firm ---


@pytest.mark.scenario("A10")
@pytest.mark.scenario("A11")
@pytest.mark.parametrize(
    ("scheme", "headcount", "is_met"),
    [
        ("S01", "9", True), ("S01", "9.4167", True), ("S01", "9.99", True), ("S01", "10", False),
        ("S01", "10.00", False),
        ("S03", "9.4167", False), ("S03", "9.99", False), ("S03", "10.00", True),
        ("S02", "9.99", False), ("S02", "10", True), ("S02", "2000", True),
        ("S05", "0", True), ("S05", "500", True),
    ],
)  # fmt: skip
def test_the_head_count_divides_at_ten(scheme: str, headcount: str, is_met: bool) -> None:
    assert ("HEADCOUNT" not in _changed(scheme, headcount=Decimal(headcount))) is is_met


@pytest.mark.parametrize(
    ("scheme", "industry", "is_met"),
    [
        ("S01", "服務業", False), ("S02", "服務業", False), ("S03", "商業服務業", False),
        ("S05", "服務業", True), ("S06", "服務業", False), ("S06", "創意生活事業", True),
        ("S11", "製造業", False), ("S11", "商業服務業", True), ("S09", "服務業", True),
    ],
)  # fmt: skip
def test_the_trade_is_the_scheme_s(scheme: str, industry: str, is_met: bool) -> None:
    assert ("INDUSTRY" not in _changed(scheme, industry=industry)) is is_met


_STATUSES = (None, "工廠登記", "免辦工廠登記", "納管_未核定", "納管_已核定", "特定工廠登記", "無")


@pytest.mark.scenario("A21")
@pytest.mark.parametrize(
    ("scheme", "code", "accepted"),
    [
        ("S01", "FACTORY_REGISTRATION", {"工廠登記", "免辦工廠登記", "特定工廠登記"}),
        ("S02", "FACTORY_REGISTRATION", {"工廠登記", "特定工廠登記"}),
        ("S03", "FACTORY_REGISTRATION", {"工廠登記", "特定工廠登記"}),
        ("S04", "FACTORY_STATUS", {"納管_未核定", "納管_已核定", "特定工廠登記"}),
        ("S05", "FACTORY_STATUS", {"納管_已核定"}),
        ("S11", "", set(_STATUSES)),
        ("S09", "", set(_STATUSES)),
    ],
)
def test_the_factory_stands_as_the_scheme_asks(
    scheme: str, code: str, accepted: set[str | None]
) -> None:
    refused = {each: _changed(scheme, factory_status=each) for each in _STATUSES}

    assert {each: found for each, found in refused.items() if found} == {
        each: [code] for each in _STATUSES if each not in accepted
    }


@pytest.mark.scenario("A21")
@pytest.mark.parametrize(
    ("status", "track"),
    [("納管_未核定", "1"), ("納管_已核定", "2"), ("特定工廠登記", "3"), ("工廠登記", None)],
)
def test_the_track_of_advice_follows_from_the_factory(status: str, track: str | None) -> None:
    sent = replace(submission("S04"), factory_status=status, variant="3")

    found = track_of(sent, edition("S04"))

    assert (found.key if found else None) == track


@pytest.mark.parametrize(
    ("scheme", "registration", "is_met"),
    [
        ("S01", "公司", True), ("S01", "商業", True), ("S01", "有限合夥登記", True),
        ("S01", "稅籍", False), ("S02", "獨資", True), ("S03", "合作社", False),
        ("S09", "稅籍", True),
    ],
)  # fmt: skip
def test_the_firm_is_registered_as_the_scheme_asks(
    scheme: str, registration: str, is_met: bool
) -> None:
    assert ("REGISTRATION" not in _changed(scheme, registration=registration)) is is_met


@pytest.mark.parametrize(
    ("capital", "headcount", "is_met"),
    [
        (100_000_000, "200", True), (100_000_001, "199.9", True), (100_000_001, "200", False),
        (None, "199", True), (None, "200", True), (100_000_001, None, True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["S03", "S08", "S09", "S10", "S11"])
def test_a_small_firm_passes_either_test_and_is_refused_only_by_both(
    scheme: str, capital: int | None, headcount: str | None, is_met: bool
) -> None:
    people = Decimal(headcount) if headcount else None

    found = _changed(scheme, paid_in_capital=capital, headcount=people)

    assert ("SME" not in found) is is_met


@pytest.mark.scenario("A12")
@pytest.mark.parametrize(
    ("field", "code", "schemes"),
    [
        ("prc_investment", "PRC_INVESTMENT", {"S01", "S02"}),
        ("vendor_prc", "PRC_INVESTMENT", {"S01"}),
        ("tax_arrears", "TAX_ARREARS", {"S01"}),
        ("dissolved", "DISSOLVED", {"S01", "S02"}),
        ("foreign_branch", "FOREIGN_BRANCH", {"S01"}),
        ("bank_refused", "BANK_REFUSED", {"S02"}),
        ("duplicate_subsidy", "DUPLICATE_SUBSIDY", {"S01", "S02", "S03", "S05", "S11"}),
    ],
)
def test_a_declaration_bars_only_where_the_scheme_says_so(
    field: str, code: str, schemes: set[str]
) -> None:
    barred = {scheme: _changed(scheme, **{field: True}) for scheme in registry.schemes()}

    assert {scheme: found for scheme, found in barred.items() if found} == {
        scheme: [code] for scheme in schemes
    }


@pytest.mark.scenario("A22")
@pytest.mark.scenario("A23")
@pytest.mark.parametrize(
    ("field", "code", "schemes"),
    [
        ("trade_registration", "TRADE_REGISTRATION", {"S08", "S09", "S10"}),
        ("trademark", "TRADEMARK", {"S09"}),
        ("made_in_taiwan", "NOT_MADE_IN_TAIWAN", {"S10"}),
    ],
)
def test_the_trade_schemes_ask_for_their_proofs(field: str, code: str, schemes: set[str]) -> None:
    refused = {scheme: _changed(scheme, **{field: False}) for scheme in registry.schemes()}

    assert {scheme: found for scheme, found in refused.items() if found} == {
        scheme: [code] for scheme in schemes
    }


# --- what the office knows ---


@pytest.mark.scenario("A14")
def test_a_firm_that_holds_a_subsidy_of_the_family_is_barred_with_the_earlier_number() -> None:
    family = edition("S03").eligibility.family
    assert family is not None
    known = Known(holders={(family, UBN): ("S03-112-1",)}, live={("S01", UBN): ("S03-112-1",)})

    found = findings(submission("S01"), edition("S01"), known)

    assert codes(found) == ["DUPLICATE_SUBSIDY"]
    assert found[0].facts["cases"] == ("S03-112-1",)
    assert _found(submission("S11"), known) == []


def test_a_partner_that_holds_a_subsidy_bars_the_consortium() -> None:
    family = edition("S02").eligibility.family
    assert family is not None
    known = Known(holders={(family, OTHER_UBNS[3]): ("S01-112-7",)})

    found = findings(submission("S02"), edition("S02"), known)

    assert [(each.code, each.facts["ubn"]) for each in found] == [
        ("DUPLICATE_SUBSIDY", OTHER_UBNS[3])
    ]


def test_a_case_never_bars_itself() -> None:
    family = edition("S01").eligibility.family
    assert family is not None
    known = Known(holders={(family, UBN): ("T-1",)}, live={("S01", UBN): ("T-1",)})

    assert _found(submission("S01"), known) == []


def test_of_two_cases_of_one_firm_the_one_received_first_stands() -> None:
    later = case("S11", "T-1", {"收件時間": "2023-06-02 09:00"})
    earlier = case("S11", "T-2", {"收件時間": "2023-06-01 09:00"})
    spoiled = case("S11", "T-3", {"收件時間": "2023-05-01 09:00", "產業別": "製造業"})

    cases = evaluated(later, earlier, spoiled).cases

    assert {number: codes(each.findings) for number, each in cases.items()} == {
        "T-1": ["CASES_PER_FIRM"],
        "T-2": [],
        "T-3": ["INDUSTRY"],
    }
    assert cases["T-1"].findings[0].facts["cases"] == ("T-2",)


def test_one_firm_may_send_cases_to_several_schemes_and_trainees_at_will() -> None:
    sent = [case(scheme, f"T-{scheme}") for scheme in ("S04", "S06", "S09", "S11")]

    result = evaluated(*sent, case("S06", "T-more"))

    assert result.summary()["eligible"] == 5


def test_the_end_of_one_round_is_not_the_end_of_another() -> None:
    sent = submission("S01")
    known = Known(closures={"S01/9": Closure(_OPENING, CloseCause.BUDGET_EXHAUSTED)})

    assert findings(sent, edition("S01"), known) == ()


# --- verdicts ---


@pytest.mark.parametrize("scheme", registry.schemes())
def test_every_verdict_rests_on_a_figure_of_the_edition(scheme: str) -> None:
    rules = edition(scheme)
    closed = Known(closures={str(rules.key): Closure(_OPENING, CloseCause.ANNOUNCED)})
    judged = verdicts(submission(scheme), rules, Known())

    assert all(each.has_passed for each in judged)
    assert [each for each in judged if not rules.source_of(each.clause)] == []
    assert "WINDOW_CLOSED" in codes(findings(submission(scheme), rules, closed))


def test_a_rule_that_cannot_be_judged_is_neither_met_nor_found() -> None:
    sent = replace(submission("S09"), paid_in_capital=None, headcount=None)

    judged = {each.code: each.has_passed for each in verdicts(sent, edition("S09"))}

    assert judged["SME"] is None
    assert _found(sent) == []


def test_no_edition_s_cap_is_beyond_the_regulation() -> None:
    caps = {variant.cap for variant in edition("S02").variants}

    assert caps == {Ntd(30_000_000), Ntd(20_000_000)}


_OPENING = datetime(2023, 4, 17, 9, tzinfo=TAIPEI)
