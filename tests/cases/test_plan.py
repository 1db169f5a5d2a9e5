"""What may be planned: targets, partners, checkpoints, periods and loans at their borders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from backoffice.cases.rules import (
    Checkpoint,
    Member,
    Submission,
    findings,
    last_day,
    midterm_on,
)
from backoffice.kernel.taiwan import TAIPEI, parse_ubn
from tests.cases.workbook import (
    UBN,
    case,
    codes,
    edition,
    evaluated,
    loan,
    members,
    submission,
)


def _found(sent: Submission) -> list[str]:
    return codes(findings(sent, edition(sent.scheme)))


def _changed(scheme: str, **fields: Any) -> list[str]:
    return _found(replace(submission(scheme), **fields))


# --- targets, partners, benefits ---


@pytest.mark.parametrize(
    ("variant", "field", "code", "least"),
    [
        ("單一", "services", "TARGET_SERVICES", 1),
        ("單一", "visits", "TARGET_VISITS", 500),
        ("單一", "carbon_kg", "TARGET_CARBON", 500),
        ("整合", "services", "TARGET_SERVICES", 2),
        ("整合", "partners", "TARGET_PARTNERS", 5),
        ("整合", "visits", "TARGET_VISITS", 5_000),
        ("整合", "carbon_kg", "TARGET_CARBON", 6_000),
    ],
)
def test_a_target_is_met_from_its_minimum_on(
    variant: str, field: str, code: str, least: int
) -> None:
    rich = replace(
        submission("S11"), variant=variant, services=9, partners=9, visits=9_000, carbon_kg=9_000
    )

    def promising(number: int) -> list[str]:
        changes: dict[str, Any] = {field: number}
        return _found(replace(rich, **changes))

    found = [promising(least + step) for step in (-1, 0, 1)]

    assert found == [[code], [], []]


@pytest.mark.scenario("A36")
@pytest.mark.parametrize(
    ("variant", "count", "found"),
    [
        ("低碳化", 9, ["PARTNER_COUNT"]), ("低碳化", 10, []), ("低碳化", 11, []),
        ("智慧化", 3, ["PARTNER_COUNT"]), ("智慧化", 4, []),
    ],
)  # fmt: skip
def test_a_consortium_has_enough_partners(variant: str, count: int, found: list[str]) -> None:
    sent = case("S02", case_row={"方案類別": variant}, 成員=members(count))

    assert codes(evaluated(sent).cases["T-1"].findings) == found


@pytest.mark.scenario("A36")
def test_a_partner_listed_twice_counts_once() -> None:
    ten_rows = [*members(9), members(9)[0]]
    eleven_rows = [*members(10), members(10)[0]]

    short = evaluated(case("S02", 成員=ten_rows)).cases["T-1"]
    enough = evaluated(case("S02", 成員=eleven_rows)).cases["T-1"]

    assert codes(short.findings) == ["PARTNER_COUNT"]
    assert short.findings[0].facts["value"] == 9
    assert codes(enough.findings) == ["PARTNER_DUPLICATE"]


def test_a_partner_without_a_factory_registration_is_found() -> None:
    sent = submission("S02")
    partner = replace(sent.members[0], factory_number=None)

    found = _found(replace(sent, members=(partner, *sent.members[1:])))

    assert found == ["FACTORY_REGISTRATION"]


def test_the_centre_factory_is_no_partner_of_its_own() -> None:
    sent = submission("S02")
    itself = Member(sent.firm_name, parse_ubn(UBN), "99000001", 0, 0)

    assert _found(replace(sent, members=(itself, *sent.members[1:]))) == ["PARTNER_COUNT"]
    assert _found(replace(sent, members=(itself, *sent.members))) == ["PARTNER_DUPLICATE"]


@pytest.mark.parametrize(("share", "found"), [(2_000_000, []), (2_000_001, ["MEMBER_SUM"])])
def test_partners_get_no_more_than_the_case(share: int, found: list[str]) -> None:
    sent = submission("S02")
    partner = replace(sent.members[0], subsidy=share)

    assert _found(replace(sent, members=(partner, *sent.members[1:]))) == found


@pytest.mark.parametrize(("kind", "code"), [(0, "BENEFITS_ECONOMIC"), (2, "BENEFITS_KEY")])
def test_two_benefits_of_each_kind_are_asked_of_s01_only(kind: int, code: str) -> None:
    sent = submission("S01")
    fewer = sent.benefits[:kind] + sent.benefits[kind + 1 :]

    assert _found(replace(sent, benefits=fewer)) == [code]
    assert _changed("S03", benefits=()) == []


# --- checkpoints and periods ---


def _weighed(*weights: tuple[str, int]) -> list[str]:
    checkpoints = tuple(
        Checkpoint(None, None, None, None, date.fromisoformat(day), weight_bp)
        for day, weight_bp in weights
    )
    return _changed("S01", checkpoints=checkpoints)


@pytest.mark.scenario("A52")
@pytest.mark.scenario("A53")
@pytest.mark.parametrize(
    ("last", "found"),
    [(3_333, ["CHECKPOINT_WEIGHT_SUM"]), (3_334, []), (3_335, ["CHECKPOINT_WEIGHT_SUM"])],
)
def test_the_weights_add_up_to_the_hundredth(last: int, found: list[str]) -> None:
    assert _weighed(("2023-06-01", 3_333), ("2023-07-01", 3_333), ("2024-05-01", last)) == found


@pytest.mark.scenario("A52")
def test_a_missing_hundredth_is_told() -> None:
    sent = submission("S01")
    short = replace(sent.checkpoints[1], weight_bp=4_999)

    found = findings(replace(sent, checkpoints=(sent.checkpoints[0], short)), edition("S01"))

    assert (found[0].facts["value"], found[0].facts["shortfall"]) == ("99.99", "0.01")


@pytest.mark.scenario("A54")
@pytest.mark.parametrize(
    ("day", "weight", "found"),
    [
        ("2023-08-01", 4_999, ["CHECKPOINT_BY_MIDTERM"]), ("2023-08-01", 5_000, []),
        ("2023-11-07", 5_000, []), ("2023-11-08", 5_000, ["CHECKPOINT_BY_MIDTERM"]),
    ],
)  # fmt: skip
def test_half_of_the_weight_falls_due_by_the_midterm_s_own_day(
    day: str, weight: int, found: list[str]
) -> None:
    assert _weighed((day, weight), ("2024-05-01", 10_000 - weight)) == found


def test_the_midterm_of_a_consortium_is_a_year_in() -> None:
    sent = submission("S02")
    due = replace(sent.checkpoints[0], due_on=date(2024, 5, 7))
    late = replace(sent.checkpoints[1], due_on=date(2025, 5, 7))

    assert _found(replace(sent, checkpoints=(due, late))) == []
    over = replace(due, due_on=date(2024, 5, 8))
    assert _found(replace(sent, checkpoints=(over, late))) == ["CHECKPOINT_BY_MIDTERM"]


@pytest.mark.parametrize("scheme", ["S01", "S02", "S03", "S05"])
def test_a_plan_may_run_to_the_last_day_of_its_period(scheme: str) -> None:
    sent = submission(scheme)
    last = date(2025 if scheme == "S02" else 2024, 5, 7)

    assert _found(replace(sent, ends_on=last)) == []
    assert _found(replace(sent, ends_on=last + timedelta(days=1))) == ["PERIOD_TOO_LONG"]


def test_the_period_of_s01_counts_from_the_day_of_receipt_and_others_from_their_start() -> None:
    later = {"starts_on": date(2023, 5, 20), "ends_on": date(2024, 5, 19)}

    assert _changed("S01", **later) == ["PERIOD_TOO_LONG"]
    assert _changed("S03", **later) == []


def test_a_plan_of_services_may_run_as_long_as_it_likes_but_not_backwards() -> None:
    assert _changed("S11", ends_on=date(2030, 1, 1)) == []
    assert _changed("S11", ends_on=date(2023, 5, 7)) == ["PERIOD_REVERSED"]


@pytest.mark.scenario("A100")
@pytest.mark.parametrize(
    ("received_on", "last", "midterm"),
    [
        (date(2023, 12, 20), date(2024, 12, 19), date(2024, 6, 19)),
        (date(2024, 2, 29), date(2025, 2, 28), date(2024, 8, 28)),
    ],
)
def test_periods_are_counted_as_the_procedure_act_counts_them(
    received_on: date, last: date, midterm: date
) -> None:
    received_at = datetime(received_on.year, received_on.month, received_on.day, 9, tzinfo=TAIPEI)
    sent = replace(
        submission("S01"), received_at=received_at.astimezone(UTC), starts_on=received_on
    )

    assert last_day(sent, edition("S01")) == last
    assert midterm_on(sent, edition("S01")) == midterm


# --- loans and courses ---


@pytest.mark.parametrize(
    ("loan_class", "columns", "limit", "code"),
    [
        ("A1", {}, 35_000_000, "LOAN_OVER_LIMIT"),
        ("A2", {}, 4_000_000, "LOAN_OVER_LIMIT"),
        ("B1", {}, 35_000_000, "LOAN_OVER_LIMIT"),
        ("B2", {}, 35_000_000, "LOAN_OVER_LIMIT"),
        ("B1", {"用途": "資本性", "計畫經費": "10000000"}, 8_000_000, "LOAN_OVER_SHARE"),
        ("B2", {"用途": "資本性", "計畫經費": "50000000"}, 40_000_000, "LOAN_OVER_SHARE"),
    ],
)
def test_a_loan_stays_within_the_limit_of_its_class(
    loan_class: str, columns: dict[str, str], limit: int, code: str
) -> None:
    firm = {"經常僱用員工數": "4", "工廠登記狀態": "特定工廠登記"}

    def found(amount: int) -> list[str]:
        sent = case("S07", case_row=firm, 貸款=[loan(loan_class, amount, **columns)])
        return codes(evaluated(sent).cases["T-1"].findings)

    assert [found(limit - 1), found(limit), found(limit + 1)] == [[], [], [code]]


@pytest.mark.parametrize(
    ("headcount", "registration", "found"),
    [("4.9", "公司", []), ("5", "公司", ["HEADCOUNT"]), ("5", "稅籍", [])],
)
def test_the_second_class_of_recovery_loans_is_for_fewer_than_five(
    headcount: str, registration: str, found: list[str]
) -> None:
    firm = {"經常僱用員工數": headcount, "登記類型": registration}

    sent = case("S07", case_row=firm, 貸款=[loan("A2", 1_000_000)])

    assert codes(evaluated(sent).cases["T-1"].findings) == found


@pytest.mark.parametrize(
    ("status", "found"),
    [("特定工廠登記", []), ("納管_已核定", []), ("納管_未核定", ["FACTORY_STATUS"]),
     ("工廠登記", ["FACTORY_STATUS"])],
)  # fmt: skip
def test_the_second_class_of_transformation_loans_is_for_factories_on_their_way(
    status: str, found: list[str]
) -> None:
    sent = case("S07", case_row={"工廠登記狀態": status}, 貸款=[loan("B2", 1_000_000)])

    assert codes(evaluated(sent).cases["T-1"].findings) == found


def test_a_recovery_loan_rests_on_a_condition_and_on_one_class() -> None:
    unfounded = loan("A1", 1) | {"資格條件": None}
    two_classes = [loan("A1", 1), loan("B1", 1)]

    def found(*rows: dict[str, str | None]) -> list[str]:
        return codes(evaluated(case("S07", 貸款=list(rows))).cases["T-1"].findings)

    assert found(unfounded) == ["LOAN_CONDITION"]
    assert found(*two_classes) == ["LOAN_ONE_CLASS"]


def test_a_course_needs_a_trainee_in_service() -> None:
    sent = submission("S06")
    idle = replace(sent.trainees[0], is_employed=False)

    assert _found(replace(sent, trainees=())) == ["TRAINEE_MISSING"]
    assert _found(replace(sent, trainees=(idle,))) == ["TRAINEE_NOT_EMPLOYED"]
