"""What the eleven shipped editions say, and the answers they give."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kernel.money import Ntd, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI
from backoffice.scheme import registry
from backoffice.scheme.rules import (
    BarredCategory,
    CategoryRule,
    Detail,
    Edition,
    Flow,
    Fund,
    PeriodStart,
    Release,
    SeatOrder,
    parse,
)
from tests.scheme.documents import shipped, sourced

ALL = registry.shipped()
GRANTS = [edition for edition in ALL if edition.flow is Flow.GRANT]
MILLION = 1_000_000


def edition_of(scheme: str) -> Edition:
    return registry.edition_named(f"{scheme}/1")


def test_there_are_eleven_schemes_of_nine_measures() -> None:
    assert registry.schemes() == tuple(f"S{number:02d}" for number in range(1, 12))
    assert {edition.measure for edition in ALL} == set(range(1, 10))


def test_there_are_twenty_leaf_variants() -> None:
    counts = [len(edition.variants) for edition in ALL]

    assert counts == [1, 2, 1, 3, 1, 1, 4, 3, 1, 1, 2]
    assert sum(counts) == 20


def test_the_published_editions_are_as_they_were_sealed() -> None:
    registry.verify_seals()


@pytest.mark.parametrize(
    ("scheme", "category", "status", "key"),
    [
        ("S01", None, "工廠登記", "individual"),
        ("S02", "低碳化", None, "low_carbon"),
        ("S02", " 智慧化 ", None, "smart"),
        ("S02", None, None, None),
        ("S02", "數位化", None, None),
        ("S04", None, "納管_未核定", "1"),
        ("S04", None, "納管_已核定", "2"),
        ("S04", "1", "特定工廠登記", "3"),
        ("S04", "1", "工廠登記", None),
        ("S04", "1", None, None),
        ("S07", "A1", None, "A1"),
        ("S07", "ｂ2", None, "B2"),
        ("S08", "智慧ＡＩ銷售員", None, "ai_salesperson"),
        ("S08", "智慧廣告投放", None, "ad_placement"),
        ("S08", "智慧直播", None, "live_stream"),
        ("S11", "單一", None, "single"),
        ("S11", "整合服務應用類", None, "integrated"),
    ],
)
def test_a_case_belongs_to_the_leaf_its_category_or_factory_says(
    scheme: str, category: str | None, status: str | None, key: str | None
) -> None:
    variant = edition_of(scheme).variant_of(category, status)

    assert (variant.key if variant else None) == key


def test_a_variant_is_found_by_its_key_and_an_unknown_one_refused() -> None:
    assert edition_of("S02").variant("smart").label_zh == "智慧化"
    with pytest.raises(Refused) as refusal:
        edition_of("S02").variant("grey")
    assert refusal.value.code == "scheme.variant_unknown"


@pytest.mark.parametrize(
    ("scheme", "caps"),
    [
        ("S01", [3 * MILLION]),
        ("S02", [30 * MILLION, 20 * MILLION]),
        ("S03", [5 * MILLION]),
        ("S05", [1_500_000]),
        ("S11", [300_000, 1_500_000]),
    ],
)
def test_each_grant_has_the_cap_of_its_source(scheme: str, caps: list[int]) -> None:
    edition = edition_of(scheme)

    assert [edition.cap(each) for each in edition.variants] == [Ntd(cap) for cap in caps]


def test_without_a_variant_there_is_a_cap_only_if_all_share_it() -> None:
    assert edition_of("S01").cap(None) == Ntd(3_000_000)
    assert edition_of("S02").cap(None) is None
    assert edition_of("S09").cap(None) is None


@pytest.mark.parametrize(
    ("scheme", "matrix"),
    [
        ("S01", "GGGGSSxx"),
        ("S02", "GGGGSSSx"),
        ("S03", "GGGGSSxx"),
        ("S05", "GGGGSxxS"),
        ("S11", "GGGGSSxx"),
    ],
)
def test_the_category_matrix_is_that_of_the_sources(scheme: str, matrix: str) -> None:
    letters = {Fund.GRANT: "G", Fund.SELF: "S"}
    found = [edition_of(scheme).category_named(f"C{number}") for number in range(1, 9)]

    assert "".join(letters[c.fund] if isinstance(c, CategoryRule) else "x" for c in found) == matrix


def test_only_the_first_scheme_caps_categories() -> None:
    caps = {
        (edition.key.scheme, category.code): category.cap_bp
        for edition in GRANTS
        for category in (edition.budget.categories if edition.budget else ())
        if category.cap_bp is not None
    }

    assert caps == {("S01", "C2"): 3_000, ("S01", "C4"): 4_000}


@pytest.mark.parametrize(
    "text", ["委託研究或驗證費", "委託研究及驗證費", "c4", "Ｃ４", " 委託研究 及驗證費"]
)
def test_both_spellings_of_commissioned_research_are_one_category(text: str) -> None:
    category = edition_of("S01").category_named(text)

    assert isinstance(category, CategoryRule)
    assert category.code == "C4"


def test_a_category_of_another_scheme_is_told_from_no_category_at_all() -> None:
    edition = edition_of("S01")

    assert isinstance(edition.category_named("國內差旅費"), BarredCategory)
    assert edition.category_named("交際費") is None
    assert edition_of("S09").category_named("人事費") is None


def test_the_equipment_list_belongs_to_new_equipment() -> None:
    category = edition_of("S05").category_of(Detail.EQUIPMENT)

    assert category is not None
    assert category.label_zh == "全新設備之購置費"
    assert edition_of("S05").category_of(Detail.INTANGIBLE) is None
    assert edition_of("S10").category_of(Detail.EQUIPMENT) is None


def test_only_the_first_scheme_asks_for_benefits_and_weighs_capital() -> None:
    asking = [edition.key.scheme for edition in ALL if edition.benefits]
    weighing = [edition.key.scheme for edition in GRANTS if edition.budget
                and edition.budget.self_le_capital]  # fmt: skip

    assert asking == weighing == ["S01"]


@pytest.mark.parametrize(
    ("scheme", "months", "start", "midterm"),
    [
        ("S01", 12, PeriodStart.RECEIVED, 6),
        ("S02", 24, PeriodStart.PLAN_START, 12),
        ("S03", 12, PeriodStart.PLAN_START, 6),
        ("S05", 12, PeriodStart.PLAN_START, 6),
        ("S11", None, PeriodStart.PLAN_START, 6),
    ],
)
def test_periods_and_midterms(
    scheme: str, months: int | None, start: PeriodStart, midterm: int
) -> None:
    edition = edition_of(scheme)

    assert edition.period is not None
    assert edition.checkpoints is not None
    assert (edition.period.months, edition.period.start) == (months, start)
    assert edition.checkpoints.midterm_months == midterm


@pytest.mark.scenario("A57")
def test_an_odd_dollar_goes_to_the_last_tranche() -> None:
    plan = edition_of("S01").tranche_plan(Ntd(2_999_999))

    assert [(each.number, each.amount, each.release) for each in plan] == [
        (1, Ntd(1_499_999), Release.MIDTERM_PASSED),
        (2, Ntd(1_500_000), Release.CLOSING_PASSED),
    ]


@given(st.integers(0, 30_000_000), st.lists(st.integers(1, 100), min_size=1, max_size=2))
def test_tranches_sum_to_the_subsidy_and_none_passes_its_share(
    dollars: int, weights: list[int]
) -> None:
    document = shipped("S02/1")
    shares = [10_000 * weight // sum(weights) for weight in weights]
    shares[-1] += 10_000 - sum(shares)
    document["tranches"] = [
        {"share_bp": sourced(share), "release": sourced(release.value)}
        for share, release in zip(shares, Release, strict=False)
    ]
    edition = parse(document)

    plan = edition.tranche_plan(Ntd(dollars))

    assert total(each.amount for each in plan) == Ntd(dollars)
    assert all(
        each.amount.dollars * 10_000 <= share * dollars
        for each, share in zip(plan[:-1], shares, strict=False)
    )
    assert all(each.amount >= Ntd(0) for each in plan)


def test_a_negative_subsidy_has_no_tranches() -> None:
    with pytest.raises(Refused) as refusal:
        edition_of("S01").tranche_plan(Ntd(-1))
    assert refusal.value.code == "tranche.negative"


def test_a_scheme_without_a_grant_has_no_tranches() -> None:
    assert edition_of("S09").tranche_plan(Ntd(100)) == ()


@pytest.mark.scenario("A92")
def test_the_agency_is_the_one_in_force_on_the_day() -> None:
    edition = edition_of("S01")

    assert edition.agency_on(date(2023, 9, 25)) == "經濟部中小企業處"
    assert edition.agency_on(date(2023, 9, 26)) == "經濟部中小及新創企業署"


def test_places_are_given_in_the_order_of_each_scheme() -> None:
    paying, accepted = edition_of("S09").seats, edition_of("S10").seats

    assert paying is not None
    assert accepted is not None
    assert (paying.total, paying.order, paying.hold_days) == (70, SeatOrder.PAYMENT, None)
    assert (accepted.total, accepted.order, accepted.hold_days) == (50, SeatOrder.ACCEPTANCE, 14)


@pytest.mark.scenario("A81")
def test_a_fee_with_tax_in_it_is_split_to_the_dollar_and_an_unstated_one_is_not() -> None:
    paying, accepted = edition_of("S09").seats, edition_of("S10").seats

    assert paying is not None
    assert accepted is not None
    assert (paying.fee_net, paying.fee_tax) == (Ntd(285_714), Ntd(14_286))
    assert (accepted.fee, accepted.fee_net, accepted.fee_tax) == (Ntd(60_000), None, None)


def test_a_fee_without_tax_has_it_added() -> None:
    document = shipped("S09/1")
    document["seats"]["tax"] = sourced("exclusive")
    seats = parse(document).seats

    assert seats is not None
    assert (seats.fee_net, seats.fee_tax) == (Ntd(300_000), Ntd(15_000))


def test_loans_have_the_limits_of_their_class() -> None:
    limits = [
        (loan.limit, loan.working_capital_limit, loan.capital_share_bp, loan.subsidised_years)
        for loan in (variant.loan for variant in edition_of("S07").variants)
        if loan is not None
    ]
    large, small = Ntd(35 * MILLION), Ntd(4 * MILLION)

    assert limits == [
        (large, None, None, 1), (small, None, None, 2),
        (None, large, 8_000, 1), (None, large, 8_000, 1),
    ]  # fmt: skip


def test_the_baseline_of_scoring_is_the_same_for_every_grant_and_all_assumed() -> None:
    for edition in GRANTS:
        scoring = edition.scoring
        assert scoring is not None
        assert [criterion.weight for criterion in scoring.criteria] == [40, 30, 30]
        assert (scoring.panel_size, scoring.quorum, scoring.pass_mark) == (3, 2, 7_000)
        assert scoring.bonus is not None
        assert (scoring.bonus.share_min_bp, scoring.bonus.max_points) == (5_000, 300)
        assumed = {each.path for each in edition.assumptions()}
        assert {"scoring.pass_mark", "scoring.quorum", "scoring.bonus.max_points"} <= assumed


@pytest.mark.parametrize(
    ("points", "low"), [(0, 0), (Fraction("59.9"), 0), (60, 60), (89, 80), (100, 90)]
)
def test_every_score_falls_in_one_band(points: int | Fraction, low: int) -> None:
    scoring = edition_of("S01").scoring

    assert scoring is not None
    assert scoring.criteria[0].band_at(points).low == low


def test_the_twelve_papers_of_the_first_scheme() -> None:
    papers = {paper.code: paper for paper in edition_of("S01").documents}

    assert list(papers) == [f"D{number:02d}" for number in range(1, 13)]
    assert [code for code, paper in papers.items() if not paper.may_supplement] == ["D02", "D09"]
    assert papers["D04"].max_bytes == 3_145_728
    assert papers["D02"].max_bytes == 31_457_280


def test_a_family_of_schemes_excludes_each_other() -> None:
    family = edition_of("S01").eligibility.family

    assert family is not None
    assert registry.family(family) == ("S01", "S02", "S03", "S05")
    assert registry.family("") == ()


def test_every_opening_is_assumed_until_the_agency_confirms_it() -> None:
    for edition in ALL:
        assert edition.application.opens_at == datetime(2023, 4, 17, 9, tzinfo=TAIPEI)
        assert "window.opens_at" in {each.path for each in edition.assumptions()}


def test_only_what_is_assumed_is_listed_as_assumed() -> None:
    edition = edition_of("S01")
    assumed = {each.path: each for each in edition.assumptions()}

    assert "variants[individual].cap" not in assumed
    assert edition.source_of("variants[individual].cap") == "leaflet §1"
    weight = assumed["scoring.criteria[feasibility].weight"]
    assert (weight.value, weight.label) == (30, "scoring.criteria.weight")
    assert edition.source_of("title_zh") is None
    assert edition.source_of("no.such.figure") is None


def test_a_reason_after_assumed_is_still_an_assumption() -> None:
    document = shipped("S01/1")
    document["period"]["months"]["source"] = "assumed: 待公告"

    assert "period.months" in {each.path for each in parse(document).assumptions()}
