"""Every clause, figure and fault has words, and the words say what the data says."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from backoffice.scheme import registry
from backoffice.scheme.rules import (
    Clause,
    Edition,
    Fault,
    Section,
    checks,
    differences,
    parse,
    parsing,
    reading,
)
from backoffice.scheme.sentences import (
    fault_sentence,
    label,
    path_words,
    section_title,
    sentence,
    source_words,
    value_words,
)
from tests.scheme.documents import shipped, sourced

EDITIONS = tuple(registry.shipped())


def _reader(locale: str) -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: locale)
    with app.test_request_context():
        yield


@pytest.fixture
def in_chinese() -> Iterator[None]:
    yield from _reader("zh_TW")


@pytest.fixture
def in_english() -> Iterator[None]:
    yield from _reader("en")


def _said(name: str) -> list[str]:
    return [sentence(clause) for clause in registry.edition_named(name).clauses()]


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.key))
def test_every_clause_is_a_sentence_with_a_source(edition: Edition, in_chinese: None) -> None:
    for clause in edition.clauses():
        said = sentence(clause)
        assert said.endswith("。")
        assert "%(" not in said
        assert clause.source
        assert source_words(clause.source)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.key))
def test_every_figure_has_a_name_and_a_readable_value(edition: Edition, in_chinese: None) -> None:
    for figure in edition.figures:
        name = path_words(figure.path)
        assert name
        assert "_" not in "".join(part for part in name.split("／") if " " not in part)
        assert value_words(figure.path, figure.value)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.key))
def test_every_sourced_rule_stands_in_some_clause_or_belongs_to_one(edition: Edition) -> None:
    told = {clause.path for clause in edition.clauses()}
    silent = {"applies.from", "measure"}

    for clause in edition.clauses():
        assert any(figure.path.startswith(clause.path) for figure in edition.figures)
    sections = {path.partition(".")[0].partition("[")[0] for path in told}
    for figure in edition.figures:
        if figure.source is not None and figure.path not in silent:
            assert figure.path.partition(".")[0].partition("[")[0] in sections


def test_clauses_stand_in_reading_order() -> None:
    order = list(Section)

    for edition in EDITIONS:
        places = [order.index(clause.section) for clause in edition.clauses()]
        assert places == sorted(places)


def test_the_contract_reads_as_the_rules_are(in_chinese: None) -> None:
    said = _said("S01/1")

    assert "最近 12 個月平均經常僱用員工數少於 10 人。" in said
    assert "每案補助款以 3,000,000 元為上限。" in said
    assert "全新設備之購置費以計畫總經費的 30% 為上限，含補助款及自籌款。" in said
    assert "受理至 112年12月20日 止。" in said
    assert "合理性占 40%。" in said
    assert "達 70 分為通過。" in said
    assert "期中審查通過後，撥付第 1 期款：補助款的 50%。" in said


def test_a_rule_of_one_variant_is_led_by_its_name(in_chinese: None) -> None:
    assert "低碳化：每案補助款以 30,000,000 元為上限。" in _said("S02/1")
    assert "整合服務應用類：體驗人次至少 5,000。" in _said("S11/1")
    assert "112年4月14日 起，補貼利率為年息 1.595%。" in _said("S07/1")


def test_a_deadline_with_an_hour_says_the_hour(in_chinese: None) -> None:
    document = shipped("S01/1")
    closes = document["window"]["closes_at"]["value"]
    document["window"]["closes_at"] = sourced(closes.replace(hour=18))

    assert "受理至 112年12月21日 18:00 止。" in [
        sentence(each) for each in parse(document).clauses()
    ]


def test_rules_that_no_shipped_edition_uses_have_words_too(in_chinese: None) -> None:
    document = shipped("S01/1")
    document["window"]["roll_to_business_day"] = sourced(True)
    document["scoring"]["criteria"][0]["floor"] = sourced(65)
    document["scoring"]["bonus"]["can_rescue"] = sourced(False)
    document["settlement"] |= {
        "flow_tolerance_bp": sourced(1_000),
        "change_free_bp": sourced(0),
        "clawback_interest_bp": sourced(500),
        "retest_category_caps": sourced(True),
        "cpa_report_required": sourced(True),
    }
    seats = shipped("S09/1")
    seats["seats"]["reoffer"] = sourced(False)
    codes = {
        clause.code: sentence(clause)
        for clause in (*parse(document).clauses(), *parse(seats).clauses())
    }

    assert codes["score.floor"] == "合理性平均低於 65 分者，不予通過。"
    assert codes["settlement.tolerance"] == "各科目認列數得超過核定數的 10%。"
    assert {
        "when.rolls", "bonus.cannot_rescue", "settlement.change_free_none", "settlement.interest",
        "settlement.retest_category_caps", "settlement.cpa_report_required", "seats.not_reoffered",
    } <= codes.keys()  # fmt: skip


def test_every_section_has_a_title(in_chinese: None) -> None:
    assert len({section_title(section) for section in Section}) == len(Section)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("leaflet", "措施總覽文宣"),
        ("leaflet §2", "措施總覽文宣，措施 2"),
        ("briefing", "9人以下申請作業簡報"),
        ("P02 §5 II", "經濟部推動產業及中小企業升級轉型辦法 §5 II"),
        ("P99 §1", "P99 §1"),
        ("assumed", "暫定，待主辦機關確認"),
        ("assumed: 待公告", "暫定，待主辦機關確認：待公告"),
    ],
)
def test_a_source_is_named_as_the_agency_would(source: str, words: str, in_chinese: None) -> None:
    assert source_words(source) == words


def test_names_follow_the_reader(in_english: None) -> None:
    variant = registry.edition_named("S02/1").variants[0]

    assert label(variant) == "Low-carbon track"


def test_names_are_chinese_for_everybody_else(in_chinese: None) -> None:
    assert label(registry.edition_named("S02/1").variants[0]) == "低碳化"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("budget.self_le_capital", True, "是"),
        ("scoring.pass_mark", 7_000, "70"),
        ("budget.subsidy_max_bp", 5_000, "50%"),
        ("budget.subsidy_max_bp", 3_333, "33.33%"),
        ("documents[D01].max_bytes", 31_457_280, "30 MB"),
        ("documents[D01].max_bytes", 1_000, "1,000 位元組"),
        ("anything", None, "–"),
    ],
)
def test_a_value_is_shown_in_its_unit(
    path: str, value: object, words: str, in_chinese: None
) -> None:
    assert value_words(path, value) == words


def test_a_change_between_editions_is_told_by_figure(in_chinese: None) -> None:
    older = registry.edition_named("S01/1")
    document = shipped("S01/1")
    document["budget"]["categories"][1]["cap_bp"] = sourced(4_000)
    del document["budget"]["self_le_capital"]
    document["benefits"]["key_min"]["source"] = "leaflet"

    found = [(each.path, each.older, each.newer) for each in differences(older, parse(document))]

    assert found == [
        ("budget.categories[C2].cap_bp", 3_000, 4_000),
        ("budget.self_le_capital", True, None),
    ]
    assert path_words("budget.categories[C2].cap_bp") == "經費／科目 C2／科目上限比例"


def test_an_edition_does_not_differ_from_itself() -> None:
    edition = registry.edition_named("S01/1")

    assert differences(edition, edition) == ()


def _codes_in_source() -> set[str]:
    """Every fault code that the readers and checks can give, taken from their calls."""
    found: set[str] = {"overlap", "misplaced", "not_toml"}
    calls = {"Fault": 1, "Unreadable": 0, "fault": 1}
    for module in (checks, parsing, reading):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in calls and len(node.args) > calls[name]:
                argument = node.args[calls[name]]
                found |= {
                    each.value
                    for each in ast.walk(argument)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    return found


def test_every_fault_has_a_sentence(in_chinese: None) -> None:
    codes = _codes_in_source()

    assert len(codes) > 20
    for code in codes:
        assert fault_sentence(Fault("some.path", code, "x")).endswith("。")
    assert fault_sentence(Fault("", "empty")) == "不得空白。"


def test_a_clause_knows_whether_it_is_assumed() -> None:
    clauses = {clause.code: clause for clause in registry.edition_named("S01/1").clauses()}

    assert clauses["score.pass_mark"].assumed
    assert not clauses["money.cap"].assumed
    assert isinstance(clauses["money.cap"], Clause)
