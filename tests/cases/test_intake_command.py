"""`backoffice intake`: the same judgement without a browser, for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.use_case import Office
from tests.cases import books
from tests.given.cases import a_submitted_case, as_workbook


def intake(app: Flask, file: Path, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["intake", str(file), *options])


def told(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def states(office: Office) -> dict[CaseState, int]:
    with Session(office.engine) as session:
        rows = session.execute(select(Case.state, func.count()).group_by(Case.state))
        return {row[0]: row[1] for row in rows}


@pytest.fixture
def file(office: Office, tmp_path: Path) -> Path:
    """A workbook of two cases, the second with a finding."""
    now = office.clock.now()
    cases = [
        a_submitted_case(now, number="S01-112-000001"),
        a_submitted_case(now, number="S01-112-000002", 陸資投資="是"),
    ]
    path = tmp_path / "進件.xlsx"
    path.write_bytes(as_workbook(cases))
    return path


def test_the_sample_is_told_as_expected_and_is_in(app: Flask, office: Office) -> None:
    found = told(intake(app, books.SAMPLE, "--json"))

    wanted = books.expected()
    assert found["summary"] == wanted["summary"]
    assert books.comparable(found["cases"]) == wanted["cases"]
    assert [
        {key: each[key] for key in ("sheet", "case", "code")} for each in found["problems"]
    ] == wanted["problems"]
    assert books.told_by_the_books(office) == {
        number: case for number, case in wanted["cases"].items() if case["outcome"] != "rejected"
    }


def test_the_sample_in_another_layout_is_told_the_same(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "shuffled.xlsx"
    path.write_bytes(books.shuffled(books.SAMPLE.read_bytes(), "N-{}".format))

    found = told(intake(app, path, "--json", "--dry-run"))

    assert books.comparable(found["cases"]) == {
        f"N-{number}": case for number, case in books.expected()["cases"].items()
    }


def test_a_problem_is_told_with_a_sentence(app: Flask) -> None:
    problem = told(intake(app, books.SAMPLE, "--json", "--dry-run"))["problems"][0]

    assert problem["message"].startswith("案件編號 S01-112-999999 不在「案件」工作表")
    assert (problem["row"], problem["column"]) == (774, "案件編號")


def test_a_dry_run_writes_nothing(app: Flask, office: Office, file: Path) -> None:
    before = books.tables(office, but_for=())

    found = told(intake(app, file, "--json", "--dry-run", "--accept"))

    assert found["summary"] == {"eligible": 1, "ineligible": 1, "rejected": 0}
    assert books.tables(office, but_for=()) == before


def test_a_second_import_changes_no_table_but_the_audit(
    app: Flask, office: Office, file: Path
) -> None:
    intake(app, file)
    before = books.tables(office)

    again = told(intake(app, file, "--json"))

    assert again["summary"] == {"eligible": 0, "ineligible": 0, "rejected": 0, "unchanged": 2}
    assert books.tables(office) == before


def test_accepting_takes_every_eligible_case_on_and_no_other(
    app: Flask, office: Office, file: Path
) -> None:
    told(intake(app, file, "--json", "--accept"))

    assert states(office) == {CaseState.IN_REVIEW: 1, CaseState.QUALIFYING: 1}


def test_accepting_also_takes_on_what_came_in_before(
    app: Flask, office: Office, file: Path
) -> None:
    intake(app, file)

    intake(app, file, "--accept")
    intake(app, file, "--accept")

    assert states(office) == {CaseState.IN_REVIEW: 1, CaseState.QUALIFYING: 1}


@pytest.mark.parametrize("layout", ["as sent", "shuffled"])
def test_accepting_the_sample_gives_the_expected_places_whatever_the_order_of_rows(
    app: Flask, tmp_path: Path, layout: str
) -> None:
    path = tmp_path / "sample.xlsx"
    content = books.SAMPLE.read_bytes()
    path.write_bytes(content if layout == "as sent" else books.shuffled(content, str))

    found = told(intake(app, path, "--json", "--accept"))
    again = told(intake(app, path, "--json"))

    assert books.places_told(found["cases"]) == books.expected_places()
    assert books.places_told(again["cases"]) == books.expected_places()


def test_a_file_refused_as_a_whole_ends_with_2_and_the_sentence(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "letter.xlsx"
    path.write_bytes(b"no workbook")

    plain, as_json = intake(app, path), intake(app, path, "--json")

    assert (plain.exit_code, as_json.exit_code) == (2, 2)
    assert "不是 .xlsx 或 .ods 活頁簿" in plain.stderr
    assert plain.stdout == ""
    assert json.loads(as_json.stdout)["refused"]["code"] == "workbook.not_workbook"


def test_without_json_counts_and_places_are_listed(app: Flask) -> None:
    found = intake(app, books.SAMPLE, "--dry-run")

    lines = found.stdout.splitlines()
    assert lines[:3] == ["各項規定均符合 292", "有不符事項 44", "不能匯入 8"]
    assert "案件 338 統一編號　E_UBN　統一編號「91355765」的檢查碼不符。請核對號碼。" in lines
    assert "已讀取 3,069 列" in found.stderr
