"""Targets at closing: what is asked, what was achieved, and by how much it falls short."""

from __future__ import annotations

import pytest

from backoffice.disbursement.rules.consortium import Standing
from backoffice.disbursement.rules.stages import outcome_refusal
from backoffice.disbursement.rules.targets import Achieved, check_reported, measured, results
from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence
from backoffice.scheme.registry import edition_named
from backoffice.scheme.rules import Edition, Metric, parse
from tests.given.disbursement import refused
from tests.scheme.documents import shipped, sourced

EDITION = edition_named("S11/1")
SINGLE, INTEGRATED = EDITION.variants
MET = {Metric.SERVICES: 1, Metric.VISITS: 500, Metric.CARBON_KG: 500}
ALL_MET = {
    Metric.SERVICES: 2,
    Metric.PARTNERS: 5,
    Metric.VISITS: 5_000,
    Metric.CARBON_KG: 6_000,
}


def against_promises() -> Edition:
    """S11 as an edition would have it that measures by what was promised."""
    document = shipped("S11/1")
    document["closing"]["targets"] = sourced("promised")
    return parse(document)


def quoted(refusal: Refused) -> tuple[Refused, ...]:
    """The targets that the refusal quotes."""
    found = refusal.facts["targets"]
    assert isinstance(found, tuple)
    return found


def missed(refusal: Refused | None) -> list[tuple[str, object, object]]:
    """What each target was missed by."""
    assert refusal is not None
    assert refusal.code == "closing.target_missed"
    return [
        (str(each.facts["metric"]), each.facts.get("value"), each.facts.get("shortfall"))
        for each in quoted(refusal)
    ]


@pytest.mark.scenario("A60")
def test_the_single_class_passes_at_its_minimum_and_fails_one_below() -> None:
    def refusal(**changed: int) -> Refused | None:
        values = MET | {Metric(name): value for name, value in changed.items()}
        return outcome_refusal(EDITION, results(EDITION, SINGLE, {}, values), None)

    assert refusal() is None
    assert missed(refusal(visits=499)) == [("visits", 499, 1)]
    assert missed(refusal(carbon_kg=measured("0.4999 公噸", Metric.CARBON_KG))) == [
        ("carbon_kg", 499, 1)
    ]
    assert missed(refusal(services=0, visits=0)) == [("services", 0, 1), ("visits", 0, 500)]


@pytest.mark.scenario("A61")
def test_the_integrated_class_needs_its_partners_too() -> None:
    def refusal(**changed: int) -> Refused | None:
        values = ALL_MET | {Metric(name): value for name, value in changed.items()}
        return outcome_refusal(EDITION, results(EDITION, INTEGRATED, {}, values), None)

    assert refusal() is None
    assert missed(refusal(partners=4)) == [("partners", 4, 1)]


def test_a_value_that_was_not_reported_is_no_zero_and_no_pass() -> None:
    reported = {Metric.SERVICES: 1, Metric.VISITS: 500}

    refusal = outcome_refusal(EDITION, results(EDITION, SINGLE, {}, reported), None)

    assert refusal is not None
    (one,) = quoted(refusal)
    assert (one.code, one.facts) == (
        "targets.not_reported",
        {"metric": Metric.CARBON_KG, "limit": 500},
    )


def test_the_refusal_says_which_target_and_by_how_much() -> None:
    values = MET | {Metric.VISITS: 499, Metric.CARBON_KG: 250}

    refusal = outcome_refusal(EDITION, results(EDITION, SINGLE, {}, values), None)

    assert refusal is not None
    told = sentence(refusal)
    assert "體驗人次達成 499，應達 500，尚差 1" in told
    assert "減碳公斤數達成 250，應達 500，尚差 250" in told
    assert "targets.missed" in {each.code for each in quoted(refusal)}


def test_a_promise_beyond_the_minimum_binds_only_where_the_edition_says_so() -> None:
    promised = MET | {Metric.VISITS: 800}

    def refusal(edition: Edition, visits: int) -> Refused | None:
        values = MET | {Metric.VISITS: visits}
        found = results(edition, edition.variants[0], promised, values)
        return outcome_refusal(edition, found, None)

    assert refusal(EDITION, 500) is None
    assert missed(refusal(against_promises(), 799)) == [("visits", 799, 1)]
    assert refusal(against_promises(), 800) is None


def test_a_promise_below_the_minimum_lowers_nothing() -> None:
    edition = against_promises()
    promised = {Metric.VISITS: 400}

    found = results(edition, edition.variants[0], promised, MET | {Metric.VISITS: 400})

    assert missed(outcome_refusal(edition, found, None)) == [("visits", 400, 100)]


def test_targets_that_are_no_condition_of_closing_stop_nothing() -> None:
    document = shipped("S11/1")
    del document["closing"]["conditions"]["targets_met"]
    del document["closing"]["targets"]
    edition = parse(document)

    found = results(edition, edition.variants[0], {}, {})

    assert len(found) == 3
    assert outcome_refusal(edition, found, None) is None


def test_too_few_partners_stop_a_closing_that_asks_for_them() -> None:
    short = Standing(count=9, minimum=10, replace_by=None)

    refusal = outcome_refusal(edition_named("S02/1"), (), short)

    assert refusal is not None
    assert (refusal.code, refusal.facts) == (
        "closing.partners_short",
        {"count": 9, "minimum": 10, "missing": 1},
    )
    assert outcome_refusal(edition_named("S02/1"), (), Standing(10, 10, None)) is None
    assert outcome_refusal(EDITION, (), short) is None


@pytest.mark.parametrize(
    ("text", "metric", "value"),
    [
        ("500", Metric.VISITS, 500),
        ("５，０００", Metric.VISITS, 5_000),
        ("499.9", Metric.CARBON_KG, 499),
        ("0.4999 公噸", Metric.CARBON_KG, 499),
        ("0.5公噸", Metric.CARBON_KG, 500),
        ("6 t", Metric.CARBON_KG, 6_000),
    ],
)
def test_a_value_is_read_in_full_and_never_rounded_up(
    text: str, metric: Metric, value: int
) -> None:
    assert measured(text, metric) == value


@pytest.mark.parametrize("text", ["", "-1", "五百", "1e3", "500 人", "0.5 公噸"])
def test_what_is_no_number_of_visits_is_refused(text: str) -> None:
    with refused("targets.unreadable", text=text):
        measured(text, Metric.VISITS)


def test_a_report_states_every_target_once_and_nothing_else() -> None:
    wanted = results(EDITION, SINGLE, {}, {})
    full = [Achieved(metric, value) for metric, value in MET.items()]

    check_reported(full, wanted)
    with refused("targets.none_asked"):
        check_reported(full, ())
    with refused("targets.incomplete", metrics=(Metric.CARBON_KG,)):
        check_reported(full[:2], wanted)
    with refused("targets.incomplete", metrics=(Metric.SERVICES,)):
        check_reported([*full, full[0]], wanted)
    with refused("targets.incomplete", metrics=(Metric.PARTNERS,)):
        check_reported([*full, Achieved(Metric.PARTNERS, 5)], wanted)
    with refused("targets.negative"):
        check_reported([*full[:2], Achieved(Metric.CARBON_KG, -1)], wanted)
