"""The shared pieces of pages: what they say, and that they obey the content policy."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from wtforms import Form, RadioField, StringField
from wtforms.validators import InputRequired

from backoffice.kernel.money import Ntd
from backoffice.web import charts, filters
from backoffice.web.pieces import Action, Badge, Change, Fact, Moment, Shape, Step

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = PROJECT / "templates"
STATIC = PROJECT / "backoffice" / "web" / "static"


@pytest.fixture(autouse=True)
def application() -> Iterator[None]:
    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.config["SECRET_KEY"] = "a key for tests only"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app)
    CSRFProtect(app)
    filters.register(app)
    with app.test_request_context():
        yield


def drawn(call: str, source: str, **facts: object) -> str:
    name = call.split("(", 1)[0]
    return render_template_string(
        f'{{% from "_macros/{source}.html" import {name} %}}{{{{ {call} }}}}', **facts
    )


# Value to label; the published types of WTForms still know pairs only, which it deprecates.
OUTCOMES: Any = {"a": "核定", "r": "不予核定"}


class Opinion(Form):
    amount = StringField("核定補助款", validators=[InputRequired("請填寫金額。")])
    outcome = RadioField(
        "決議",
        choices=OUTCOMES,
        validators=[InputRequired("請選擇決議。")],
    )
    refusal: str | None = None


def refused_form() -> Opinion:
    form = Opinion()
    form.validate()
    form.refusal = "本梯次名額 30 名已全數核定。"
    return form


def test_a_state_is_a_word_with_a_shape() -> None:
    assert drawn("state(badge)", "state", badge=Badge("同意", Shape.DONE)) == (
        '<span class="s done">同意</span>'
    )


def test_the_summary_names_the_refusal_first_and_links_to_each_field() -> None:
    html = drawn("error_summary(form)", "errors", form=refused_form())

    assert [*re.findall(r"<li>(?:<a [^>]+>)?([^<]+)", html)] == [
        "本梯次名額 30 名已全數核定。",
        "核定補助款：請填寫金額。",
        "決議：請選擇決議。",
    ]
    assert re.findall(r'href="([^"]+)"', html) == ["#amount", "#outcome-0"]
    assert 'role="alert" tabindex="-1" autofocus' in html


def test_a_form_without_faults_has_no_summary() -> None:
    assert drawn("error_summary(form)", "errors", form=Opinion()).strip() == ""


def test_a_refused_field_says_so_to_those_who_cannot_see_it() -> None:
    html = drawn("field(form.amount, unit='元', hint='上限')", "field", form=refused_form())

    assert 'aria-describedby="amount-hint amount-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="amount-error">請填寫金額。<' in html


def test_a_field_without_fault_is_not_called_invalid() -> None:
    assert "aria-invalid" not in drawn("field(form.amount)", "field", form=Opinion())


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    html = drawn("field(form.outcome)", "field", form=refused_form())

    assert re.search(r'<fieldset[^>]+aria-describedby="outcome-error"', html)
    assert "<legend>決議</legend>" in html


def test_only_the_first_available_action_is_the_primary_one() -> None:
    offers = [
        Action("送銀行", "/send", primary=True, refusal="清冊尚未核准。"),
        Action("核准", "/approve", "post", primary=True, hidden=(("version", "3"),)),
        Action("匯出", "/export", primary=True),
    ]

    html = drawn("actions(offers)", "actions", offers=offers)

    assert re.findall(r'class="btn primary"[^>]*>([^<]+)', html) == ["核准"]
    assert 'name="version" value="3"' in html
    assert 'name="csrf_token"' in html


def test_an_action_that_is_refused_leads_nowhere_and_says_why() -> None:
    offers = [Action("送銀行", "/send", refusal="清冊尚未核准。")]

    html = drawn("actions(offers)", "actions", offers=offers)

    assert "/send" not in html
    assert 'aria-disabled="true" aria-describedby="action-1"' in html
    assert 'id="action-1" class="why">清冊尚未核准。<' in html


def test_a_confirmation_lists_exactly_what_will_change() -> None:
    html = render_template_string(
        '{% from "_macros/actions.html" import confirm %}'
        "{% call confirm('核定', changes, ['占用 1 個名額']) %}<form></form>{% endcall %}",
        changes=[Change("狀態", "審查中", "核定")],
    )

    assert re.findall(r"<(?:th scope=\"row\"|td[^>]*|strong|li)>([^<]+)", html) == [
        "狀態",
        "審查中",
        "核定",
        "占用 1 個名額",
    ]
    assert "<form></form>" in html


def test_words_from_data_are_never_markup() -> None:
    html = drawn("facts(items)", "state", items=[Fact("企業", "<script>"), ("員工數", "<b>")])

    assert "<script>" not in html
    assert "<b>" not in html


def test_a_timeline_gives_each_moment_for_machines_and_for_people() -> None:
    moment = Moment(datetime(2023, 5, 8, 2, 20, tzinfo=UTC), "張承辦", "收件")

    html = drawn("timeline(moments)", "timeline", moments=[moment])

    assert '<time datetime="2023-05-08T02:20:00+00:00">112/05/08 10:20</time>' in html


def test_the_rung_that_is_due_is_marked() -> None:
    steps = [Step("編製", "張承辦", "done"), Step("覆核", "王會計", "current")]

    html = drawn("stepper(steps, '撥款進度')", "timeline", steps=steps)

    assert html.count('aria-current="step"') == 1
    assert "（已完成）" in html


def test_a_budget_leads_to_what_makes_each_part() -> None:
    chart = charts.budget_bar("b", name="預算", paid=Ntd(1), committed=Ntd(2), available=Ntd(3))

    html = drawn("budget_meter(chart, ('/paid', '', '/left'))", "meter", chart=chart)

    assert re.findall(r'<a href="([^"]+)">(\d)</a>', html) == [("/paid", "1"), ("/left", "3")]


def test_an_amount_that_is_unknown_has_no_unit() -> None:
    assert "元" not in drawn("money(none)", "money")
    assert "元" in drawn("money(0)", "money")


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("_*/*.html")), ids=lambda path: path.name)
def test_no_shared_template_carries_inline_style_script_or_unescaped_words(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|\|\s*safe|autoescape", text)
    assert not re.search(r"<script(?![^>]+src=)", text)


def test_styles_and_scripts_stay_within_their_budget() -> None:
    assert (STATIC / "style.css").stat().st_size <= 40 * 1024
    assert (STATIC / "app.js").stat().st_size <= 20 * 1024


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6})", block))


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("at", [0, 1], ids=["light", "dark"])
def test_words_stand_out_seven_to_one_and_controls_three_to_one(at: int) -> None:
    sheet = (STATIC / "style.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[:2]
    colours = tokens((light, dark)[at])

    def contrast(one: str, other: str) -> float:
        low, high = sorted((luminance(colours[one]), luminance(colours[other])))
        return (high + 0.05) / (low + 0.05)

    for ground in ("paper", "card", "soft"):
        for word in ("ink", "quiet", "link", "seal", "good", "caution"):
            assert contrast(word, ground) >= 6.99 if ground != "soft" else 6.9, (word, ground)
        assert contrast("edge", ground) >= 3, ground
    assert contrast("paid", "card") >= 3
    assert contrast("on-seal", "seal") >= 7
