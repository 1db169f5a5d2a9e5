"""A document is read strictly: everything wrong with it is said, and nothing is made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from backoffice.scheme.rules import InvalidEdition, parse
from tests.scheme.documents import faults, shipped, sourced

Document = dict[str, Any]

NINE = "S01/1"
CONSORTIUM = "S02/1"
LOAN = "S07/1"
PAID_SEAT = "S09/1"
SERVICES = "S11/1"
NO_ZONE = datetime(2023, 4, 17, 9, tzinfo=UTC).replace(tzinfo=None)


def _set(*path: str | int, to: object) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _drop(*path: str | int) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


def _repeat(*path: str | int) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        place: Any = document
        for step in path:
            place = place[step]
        place.append(place[0])

    return change


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (_set("surprise", to=1), "surprise", "unknown_key"),
        (_set("eligibility", "surprise", to=1), "eligibility.surprise", "unknown_key"),
        (_drop("title_zh"), "title_zh", "missing"),
        (_drop("window", "opens_at"), "window.opens_at", "missing"),
        (_drop("scoring", "pass_mark"), "scoring.pass_mark", "missing"),
        (_drop("eligibility"), "eligibility", "missing"),
        (_set("title_zh", to=None), "title_zh", "missing"),
        (_set("title_zh", to=" "), "title_zh", "empty"),
        (_set("title_zh", to=3), "title_zh", "wrong_type"),
        (_set("flow", to="gift"), "flow", "unknown_word"),
        (_set("number", to=0), "number", "out_of_range"),
        (_set("scheme", to="S 01"), "scheme", "bad_key"),
        (_set("period", "months", to=12), "period.months", "not_sourced"),
        (_set("period", "months", to={"value": 12}), "period.months", "not_sourced"),
        (
            _set("period", "months", to={"value": 12, "source": "hearsay"}),
            "period.months",
            "source_unreadable",
        ),
        (_set("period", "months", to=sourced("12")), "period.months", "wrong_type"),
        (_set("period", "months", to=sourced(True)), "period.months", "wrong_type"),
        (_set("period", "months", to=sourced(0)), "period.months", "out_of_range"),
        (_set("period", "start", to=sourced("award")), "period.start", "unknown_word"),
        (_set("period", "ends_by", to=sourced("2025-12-31")), "period.ends_by", "wrong_type"),
        (_set("period", to=12), "period", "wrong_type"),
        (_set("variants", to={}), "variants", "wrong_type"),
        (_set("variants", to=[]), "variants", "empty"),
        (_set("variants", 0, "cap", to=sourced(0)), "variants[individual].cap", "out_of_range"),
        (
            _set("window", "opens_at", to=sourced(NO_ZONE)),
            "window.opens_at",
            "wrong_type",
        ),
        (
            _set("budget", "lines_sum", to=sourced("yes")),
            "budget.lines_sum",
            "wrong_type",
        ),
        (
            _set("eligibility", "headcount", to=sourced("under ten")),
            "eligibility.headcount",
            "wrong_type",
        ),
        (
            _set("eligibility", "registrations", to=sourced(["公司", "公司"])),
            "eligibility.registrations",
            "duplicate_key",
        ),
        (
            _set("eligibility", "registrations", to=sourced("公司")),
            "eligibility.registrations",
            "wrong_type",
        ),
        (
            _set("eligibility", "deny", "ugliness", to=sourced(True)),
            "eligibility.deny.ugliness",
            "unknown_key",
        ),
        (
            _set("scoring", "criteria", 0, "bands", "value", 0, to={"low": 0}),
            "scoring.criteria[reasonableness].bands",
            "wrong_type",
        ),
        (_repeat("variants"), "variants", "duplicate_key"),
        (_repeat("documents"), "documents", "duplicate_key"),
    ],
)
def test_a_figure_that_cannot_be_read_is_named(
    change: Callable[[Document], None], path: str, code: str
) -> None:
    document = shipped(NINE)
    change(document)

    assert (path, code) in faults(document)


@pytest.mark.parametrize(
    ("edition", "change", "path", "code"),
    [
        (
            NINE,
            _set("window", "closes_at", to=sourced(datetime(2023, 4, 17, 1, tzinfo=UTC))),
            "window.closes_at",
            "closes_before_opening",
        ),
        (
            NINE,
            _set("applies", "until", to=sourced(datetime(2023, 1, 1, tzinfo=UTC))),
            "applies.until",
            "closes_before_opening",
        ),
        (
            NINE,
            _set("applies", "until", to=sourced(datetime(2023, 4, 1, tzinfo=UTC))),
            "window.opens_at",
            "outside_applies",
        ),
        (
            NINE,
            _set("agencies", 0, "since", to=sourced(date(2020, 1, 1))),
            "agencies",
            "no_first_name",
        ),
        (NINE, _drop("agencies", 1, "since"), "agencies", "not_in_order"),
        (
            NINE,
            _set("variants", 0, "cap", to=sourced(3_000_001)),
            "variants[individual].cap",
            "above_regulation",
        ),
        (NINE, _drop("variants", 0, "cap"), "variants[individual].cap", "missing"),
        (NINE, _drop("variants", 0, "ceiling"), "variants[individual].ceiling", "missing"),
        (
            NINE,
            _set("budget", "subsidy_max_bp", to=sourced(5_001)),
            "budget.subsidy_max_bp",
            "above_regulation",
        ),
        (
            NINE,
            _set("budget", "categories", 0, "aliases", to=["人事費"]),
            "budget.categories",
            "duplicate_key",
        ),
        (
            NINE,
            _set("budget", "categories", 0, "detail", to="staff"),
            "budget.categories",
            "duplicate_detail",
        ),
        (NINE, _set("checkpoints", "sum_bp", to=sourced(9_999)), "checkpoints.sum_bp",
         "shares_not_whole"),
        (
            NINE,
            _set("checkpoints", "midterm_months", to=sourced(12)),
            "checkpoints.midterm_months",
            "midterm_after_end",
        ),
        (
            NINE,
            _set("scoring", "criteria", 0, "weight", to=sourced(41)),
            "scoring.criteria",
            "weights_not_whole",
        ),
        (NINE, _set("scoring", "scale_min", to=sourced(100)), "scoring.scale_max", "scale_empty"),
        (NINE, _set("scoring", "quorum", to=sourced(4)), "scoring.quorum", "quorum_above_panel"),
        (
            NINE,
            _set("scoring", "pass_mark", to=sourced(10_001)),
            "scoring.pass_mark",
            "pass_mark_out_of_reach",
        ),
        (
            NINE,
            _set("scoring", "total_cap", to=sourced(10_001)),
            "scoring.total_cap",
            "out_of_range",
        ),
        (
            NINE,
            _set("scoring", "criteria", 0, "bands", "value", 1, "low", to=61),
            "scoring.criteria[reasonableness].bands",
            "bands_do_not_cover",
        ),
        (
            NINE,
            _set("scoring", "criteria", 0, "bands", "value", 4, "high", to=99),
            "scoring.criteria[reasonableness].bands",
            "bands_do_not_cover",
        ),
        (
            NINE,
            _set("tranches", 0, "share_bp", to=sourced(4_999)),
            "tranches",
            "shares_not_whole",
        ),
        (
            NINE,
            _set("tranches", 1, "release", to=sourced("midterm_passed")),
            "tranches",
            "duplicate_key",
        ),
        (NINE, _set("recusal", "grounds", to=sourced([])), "recusal.grounds", "empty"),
        (NINE, _drop("documents", 7, "condition"), "documents[D08].condition", "missing"),
        (
            NINE,
            _set("documents", 0, "condition", to=sourced("tax_deferred")),
            "documents[D01].condition",
            "not_conditional",
        ),
        (NINE, _drop("scoring"), "scoring", "missing"),
        (NINE, _set("seats", to={}), "seats", "not_for_flow"),
        (CONSORTIUM, _drop("variants", 1, "names"), "variants[smart].names", "missing"),
        (CONSORTIUM, _set("variants", 1, "names", to=["低碳化"]), "variants", "duplicate_key"),
        (
            CONSORTIUM,
            _set("variants", 1, "cap", to=sourced(20_000_001)),
            "variants[smart].cap",
            "above_regulation",
        ),
        (
            SERVICES,
            _set("variants", 0, "targets", "services", to=sourced(">= 1.5")),
            "variants[single].targets.services",
            "wrong_type",
        ),
        (PAID_SEAT, _drop("seats", "tax_bp"), "seats.tax_bp", "missing"),
        (PAID_SEAT, _drop("seats", "tax"), "seats.tax", "missing"),
        (
            PAID_SEAT,
            _set("variants", 0, "cap", to=sourced(1)),
            "variants[in_depth].cap",
            "not_for_flow",
        ),
        (LOAN, _drop("variants", 0, "loan"), "variants[A1].loan", "missing"),
        (
            LOAN,
            _set("loans", "subsidised_principal_max", to=sourced(35_000_001)),
            "loans.subsidised_principal_max",
            "above_regulation",
        ),
        (LOAN, _repeat("loans", "reference_rates"), "loans.reference_rates", "not_in_order"),
        (
            LOAN,
            _drop("variants", 0, "loan", "condition_notes"),
            "variants[A1].loan.condition_notes",
            "missing",
        ),
    ],
)  # fmt: skip
def test_figures_that_do_not_agree_are_named(
    edition: str, change: Callable[[Document], None], path: str, code: str
) -> None:
    document = shipped(edition)
    change(document)

    assert faults(document) == {(path, code)}


def test_every_fault_is_listed_at_once() -> None:
    document = shipped(NINE)
    del document["period"]["months"]["source"]
    document["scoring"]["criteria"][1]["weight"] = sourced(31)
    document["budget"]["surprise"] = 1

    assert faults(document) == {
        ("period.months", "not_sourced"),
        ("scoring.criteria", "weights_not_whole"),
        ("budget.surprise", "unknown_key"),
    }


def test_a_missing_table_is_reported_once_and_not_key_by_key() -> None:
    document = shipped(NINE)
    del document["window"]

    assert {fault for fault in faults(document) if fault[0].startswith("window")} == {
        ("window", "missing")
    }


def test_an_invalid_edition_says_in_its_message_what_is_wrong() -> None:
    document = shipped(NINE)
    document["number"] = 0

    with pytest.raises(InvalidEdition, match=r"number: out_of_range \(1…9999\)"):
        parse(document)


def test_an_empty_document_is_no_edition() -> None:
    assert ("scheme", "missing") in faults({})


@pytest.mark.parametrize(
    "source",
    ["leaflet", "leaflet §2", "briefing", "P02 §5 II", "P39", "assumed", "assumed: 待確認"],
)
def test_a_source_in_a_known_form_is_taken(source: str) -> None:
    document = shipped(NINE)
    document["period"]["months"]["source"] = source

    edition = parse(document)

    assert edition.source_of("period.months") == source


@pytest.mark.parametrize("source", ["", "P2", "leaflet§2", "assumed:", "the minister", "P02§5"])
def test_a_source_in_another_form_is_refused(source: str) -> None:
    document = shipped(NINE)
    document["period"]["months"]["source"] = source

    assert faults(document) == {("period.months", "source_unreadable")}


def test_what_an_edition_does_not_say_is_none_and_never_another_schemes() -> None:
    document = shipped(NINE)
    del document["benefits"]
    del document["budget"]["self_le_capital"]
    del document["eligibility"]["headcount"]
    del document["budget"]["categories"][1]["cap_bp"]

    edition = parse(document)

    assert edition.benefits is None
    assert edition.budget is not None
    assert edition.budget.self_le_capital is False
    assert edition.eligibility.headcount is None
    assert edition.budget.categories[1].cap_bp is None
