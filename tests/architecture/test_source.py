"""The source keeps its own rules, and each rule sees its violation when one is planted."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from tests.architecture import source
from tests.architecture.source import RULES, TEMPLATES, Rule, findings, template_findings

MODEL = "cases/models.py"
OPERATION = "cases/operations.py"


def found(rule: Rule, path: str, code: str) -> list[str]:
    return list(rule(path, ast.parse(dedent(code))))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps_the_rule(rule: Rule) -> None:
    assert findings(rule) == []


def test_the_templates_name_no_scheme_and_escape_everything() -> None:
    pages = sorted(TEMPLATES.rglob("*.html"))

    found_there = [
        finding
        for page in pages
        for finding in template_findings(page.name, page.read_text(encoding="utf-8"))
    ]

    assert found_there == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (OPERATION, "case.state = CaseState.AWARDED"),
        (OPERATION, "case.state, case.note = CaseState.AWARDED, ''"),
        (OPERATION, "case.state: CaseState = CaseState.AWARDED"),
        (OPERATION, "setattr(case, 'state', CaseState.AWARDED)"),
        (OPERATION, "class Case:\n  def move(self):\n    self.state = 1"),
        (MODEL, "class Case:\n  def move(self): ...\n  def award(self):\n    self.state = 1"),
        (MODEL, "class Case:\n  def move(self, other):\n    other.state = 1"),
        (MODEL, "class Note:\n  def settle(self, case):\n    case.state = 1"),
        (MODEL, "def award(case):\n  case.state = 1"),
    ],
)
def test_a_state_changed_from_outside_is_found(path: str, code: str) -> None:
    assert len(found(source.states_move_only_in_move, path, code)) == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (MODEL, "class Case:\n  def move(self, event):\n    self.state = CASE.after(1, event)"),
        (MODEL, "class Case:\n  def move(self): ...\n  def __init__(self):\n    self.state = 1"),
        (MODEL, "class Finding:\n  def confirm(self):\n    self.state = 1"),
        ("cases/models/case.py", "class Case:\n  def move(self):\n    self.state = 1"),
        (OPERATION, "case.move(CaseEvent.AWARD)\nstate = case.state\nif case.state == state: ..."),
    ],
)
def test_a_state_moved_by_its_record_is_right(path: str, code: str) -> None:
    assert found(source.states_move_only_in_move, path, code) == []


@pytest.mark.parametrize(
    "code",
    [
        "act.session.commit()",
        "session.rollback()",
        "session.connection().execute(select(1))",
        "session.bulk_save_objects([])",
        "session.bulk_insert_mappings(Case, [])",
    ],
)
def test_a_transaction_ended_outside_the_door_is_found(code: str) -> None:
    assert len(found(source.only_the_door_ends_transactions, OPERATION, code)) == 1


@pytest.mark.parametrize("path", ["db.py", "audit.py", "use_case.py"])
def test_the_door_may_end_a_transaction(path: str) -> None:
    assert found(source.only_the_door_ends_transactions, path, "session.commit()") == []


def test_a_file_of_the_door_s_name_in_a_room_is_not_the_door() -> None:
    assert found(source.only_the_door_ends_transactions, "cases/db.py", "session.commit()")


@pytest.mark.parametrize(
    "code",
    [
        "from sqlalchemy import text\nsession.execute(text('DELETE FROM audit'))",
        "from sqlalchemy import text as sql\nsession.execute(sql('DELETE FROM audit'))",
        "from sqlalchemy.sql import text\ntext('1')",
        "import sqlalchemy as sa\nsa.text('1')",
        "import sqlalchemy\nsqlalchemy.text('1')",
    ],
)
def test_sql_written_as_text_is_found(code: str) -> None:
    assert len(found(source.only_the_door_writes_sql_text, OPERATION, code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "from sqlalchemy import Index, text\nIndex('a', 'b', sqlite_where=text('live'))",
        "def text(words): ...\ntext('收件')",
        "from sqlalchemy import select\npage.text('收件')",
    ],
)
def test_a_partial_index_and_another_text_are_right(code: str) -> None:
    assert found(source.only_the_door_writes_sql_text, MODEL, code) == []


@pytest.mark.parametrize("key", ["S01", "S09", "S10", "S11"])
def test_a_scheme_key_in_code_is_found(key: str) -> None:
    code = f"if scheme.key == '{key}': ..."

    assert len(found(source.scheme_keys_stand_in_data, "scheme/rules/checks.py", code)) == 1


@pytest.mark.parametrize("word", ["S00", "S12", "S1", "XS01", "S01-0001"])
def test_what_only_looks_like_a_scheme_key_is_right(word: str) -> None:
    assert found(source.scheme_keys_stand_in_data, OPERATION, f"word = '{word}'") == []


@pytest.mark.parametrize(
    "line",
    [
        "{% if case.scheme == 'S01' %}",
        '{{ url_for("scheme.read", key="S11") }}',
        "{{ note|safe }}",
        "{{ note | safe }}",
        "{% autoescape false %}",
    ],
)
def test_a_template_with_a_scheme_key_or_raw_text_is_found(line: str) -> None:
    assert len(list(template_findings("cases/case.html", line))) == 1


def test_an_ordinary_template_is_right() -> None:
    assert list(template_findings("cases/case.html", "{{ case.scheme }} {{ note }} S01")) == []
