"""A twelfth scheme is one edition in a folder: sealed, read beside the others, carried to its end.

No line of Python knows it. It has what no other scheme has: categories, criteria, a scale, a panel,
shares, targets and a closing of its own, and a consortium without factories.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from backoffice.app import create_app
from backoffice.cases.operations import decide_eligibility, take_from_queue
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import sessions
from backoffice.disbursement.rules.contract import ApprovedCategory
from backoffice.invariants import violations
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI, local_date
from backoffice.scheme import registry
from backoffice.scheme.registry import BrokenSeal
from backoffice.use_case import Office
from backoffice.web import guard
from config import Settings, from_environment
from tests import given
from tests.cases import workbook
from tests.cases.workbook import checkpoint, line
from tests.disbursement.test_targets import conclude, shortfalls
from tests.given import cases
from tests.given.disbursement import refused, tranches
from tests.given.life import Life, shares_of
from tests.given.web import page, signed_in
from tests.scheme.documents import write_edition

EDITION = Path(__file__).with_name("twelfth.toml")
NUMBER = "S12-112-000001"
PARTNERS: list[workbook.Row] = [
    {"企業名稱": f"共學夥伴{ubn}", "統一編號": ubn, "補助款": "100000", "自籌款": "50000"}
    for ubn in workbook.OTHER_UBNS[:2]
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The office's own editions, not yet sealed."""
    write_edition(tmp_path / "editions", "S12/1", EDITION.read_text(encoding="utf-8"))
    return tmp_path / "editions"


@pytest.fixture
def twelve(folder: Path, database_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[Flask]:
    """The application, told to read that folder; afterwards no invariant may be broken."""
    registry.seal(folder)
    told = Settings(
        database_url=database_url, secret_key="a secret of the tests", instance=tmp_path,
        editions=folder, testing=True,
    )  # fmt: skip
    with registry.using(registry.catalogue()):
        app = create_app(told, clock=clock)
        yield app
        with app.app_context():
            broken = violations(sessions.session())
            sessions.session.remove()
            sessions.engine.dispose()
        office_of(app).engine.dispose()
    assert broken == ()


def office_of(app: Flask) -> Office:
    house: guard.House = app.extensions[guard.EXTENSION]
    return house.office


def a_workbook(number: str = NUMBER, **changes: str) -> workbook.Case:
    """A case of the twelfth scheme, as its workbook has it."""
    row: workbook.Row = {
        "方案代碼": "S12", "方案類別": "共學", "收件時間": "2023-04-17 09:00:00",
        "統一編號": cases.ubn_of(number), "產業別": "商業服務業", "工廠登記狀態": None,
        "工廠登記編號": None, "計畫開始日": "2023-04-17", "計畫結束日": "2024-01-16",
        "總經費": "1000000", "申請補助款": "400000", "自籌款": "600000", "體驗人次": "400",
        "減碳公斤數": "250", **changes,
    }  # fmt: skip
    return workbook.case(
        "S03",
        number,
        row,
        經費=[
            line("課程設計費", 200_000, 250_000),
            line("展示設施費", 200_000, 150_000),
            line("導覽人力費", 0, 200_000),
        ],
        設備=[],
        查核點=[checkpoint("2023-07-31", "40"), checkpoint("2024-01-10", "60")],
        成員=PARTNERS,
    )


def in_review(office: Office, made: workbook.Case) -> Life:
    """The workbook is brought in; its case is taken and found eligible."""
    cases.import_cases(office, [made])
    case = Life(office, cases.case_id_of(office, NUMBER))
    office.perform(take_from_queue, given.OFFICER, case.case_id, case.case.version)
    office.perform(decide_eligibility, given.OFFICER, case.case_id, case.case.version, (), "")
    return case


def test_a_case_of_the_twelfth_scheme_goes_to_its_end_by_its_own_rules(twelve: Flask) -> None:
    case = in_review(office_of(twelve), a_workbook()).decided()
    taken_away = case.terms(
        lines=[
            *case.lines[:2],
            ApprovedCategory("T2", Ntd(1), Ntd(199_999)),
        ]
    )
    with refused("contract.subsidy_differs"):
        case.signed(taken_away)
    case.signed()

    assert shares_of(case.members) == (Ntd(400_000), Ntd(600_000))
    assert case.contract.midterm_on == datetime(2023, 8, 16, tzinfo=TAIPEI).date()
    assert [row.amount.dollars for row in tranches(case.office, case.case_id)] == [133_320, 266_680]

    case.to_closing().shown()
    case.reached(visits=399)
    assert shortfalls(conclude(case)) == {"visits": 1}  # 400 were promised, 300 are asked
    case.reached().concluded()

    assert case.settlement.final == Ntd(400_000)
    assert case.paid(2).case.state is CaseState.CLOSED


def test_its_import_is_judged_by_its_own_rules(twelve: Flask) -> None:
    known = {
        "over its cap": a_workbook(總經費="3000000", 申請補助款="1200001", 自籌款="1799999"),
        "over its ratio": a_workbook(申請補助款="400001", 自籌款="599999"),
        "too late": a_workbook(收件時間="2023-09-01 17:00:00"),
        "too few visits": a_workbook(體驗人次="299"),
        "at most is not more": a_workbook(減碳公斤數="100"),
    }

    found = {
        name: set(workbook.codes(workbook.evaluated(made).cases[NUMBER].findings))
        for name, made in known.items()
    }

    assert workbook.evaluated(a_workbook()).cases[NUMBER].findings == ()
    assert "SUBSIDY_OVER_CAP" in found["over its cap"]
    assert "SUBSIDY_OVER_RATIO" in found["over its ratio"]
    assert found["too late"] == {"WINDOW_CLOSED"}
    assert found["too few visits"] == {"TARGET_VISITS"}
    assert found["at most is not more"] == {"TARGET_CARBON"}


def test_every_page_of_its_case_opens_and_its_contract_reads_as_sentences(twelve: Flask) -> None:
    office = office_of(twelve)
    case = in_review(office, a_workbook()).decided().signed().to_closing()
    officer = signed_in(twelve, given.OFFICER)

    read = page(officer, "/schemes/S12/1").get_text(" ", strip=True)
    listed = page(officer, "/schemes/").get_text(" ", strip=True)
    pages = [
        page(officer, url).get_text(" ", strip=True)
        for url in (
            f"/cases/{case.case_id}",
            f"/disbursement/cases/{case.case_id}",
            f"/disbursement/cases/{case.case_id}/consortium",
            f"/disbursement/cases/{case.case_id}/closing",
            f"/disbursement/cases/{case.case_id}/closing/targets",
            f"/disbursement/cases/{case.case_id}/closing/condition",
            f"/disbursement/cases/{case.case_id}/closing/conclusion",
            f"/review/cases/{case.case_id}",
        )
    ]

    for sentence in (
        "共學類：中心廠以外，合作廠商至少 2 家。",
        "合作廠商退出致家數不足時，應於 15 日內補足。",
        "中心廠與合作廠商的補助款合計須等於本案補助款，自籌款合計須等於本案自籌款。",
        "共學類：體驗人次至少 300。",
        "課程設計費以計畫總經費的 50% 為上限，含補助款及自籌款。",
        "結案時再次檢核各科目上限比例。",
        "達成值以申請時承諾的數值判定，相等即為達成。",
        "如期交付設計圖或打樣。",
    ):
        assert sentence in read
    assert "觀光工廠低碳共學試辦補助" in listed
    assert registry.all_seals()["S12/1"][:12] in read
    assert len(pages) == 8


def test_the_command_seals_a_folder_and_says_what_is_wrong_with_one(
    app: Flask, folder: Path
) -> None:
    runner = app.test_cli_runner()

    good = runner.invoke(args=["editions", "seal", str(folder)])
    assert good.exit_code == 0
    assert good.output.startswith("S12/1 ")
    registry.verify_seals(folder)

    text = EDITION.read_text(encoding="utf-8")
    write_edition(
        folder, "S12/1", text.replace('targets = { value = "promised"', 'other = { value = "x"')
    )
    bad = runner.invoke(args=["editions", "seal", str(folder)])
    assert bad.exit_code == 1
    assert "closing.other" in bad.output


def test_an_edition_changed_after_it_was_sealed_stops_the_application(
    folder: Path, tmp_path: Path
) -> None:
    registry.seal(folder)
    path = folder / "S12" / "1.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("4000", "5000"), encoding="utf-8")
    told = Settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}", secret_key="x", instance=tmp_path,
        editions=folder,
    )  # fmt: skip

    with registry.using(registry.catalogue()), pytest.raises(BrokenSeal, match="changed since"):
        create_app(told)
    assert "S12" not in registry.schemes()


def test_the_folder_is_named_by_the_environment(tmp_path: Path, folder: Path) -> None:
    named = {"BACKOFFICE_INSTANCE": str(tmp_path), "BACKOFFICE_EDITIONS": str(folder)}

    assert from_environment(named).editions == folder
    assert from_environment({"BACKOFFICE_INSTANCE": str(tmp_path)}).editions is None


def test_a_folder_is_read_once_however_often_it_is_named(folder: Path) -> None:
    registry.seal(folder)

    with registry.using(registry.catalogue()):
        registry.add_folder(folder)
        registry.add_folder(folder)
        assert registry.schemes()[-1] == "S12"
        assert set(registry.seals(folder)) <= set(registry.all_seals())

    assert "S12/1" not in registry.all_seals()


def test_a_later_edition_of_a_shipped_scheme_may_stand_in_the_folder(tmp_path: Path) -> None:
    text = (Path(registry.__file__).parent / "editions" / "S03" / "1.toml").read_text("utf-8")
    later = text.replace("number = 1\n", "number = 2\n", 1).replace(
        "from = { value = 2023-02-21T00:00:00+08:00", "from = { value = 2024-01-01T00:00:00+08:00"
    ).replace(
        "opens_at = { value = 2023-04-17T09:00:00+08:00",
        "opens_at = { value = 2024-12-20T09:00:00+08:00",
    ).replace(
        "closes_at = { value = 2023-12-01T00:00:00+08:00",
        "closes_at = { value = 2025-03-20T18:00:00+08:00",
    )  # fmt: skip
    write_edition(tmp_path, "S03/2", later)
    registry.seal(tmp_path)

    with registry.using(registry.catalogue()):
        registry.add_folder(tmp_path)
        closing = datetime(2025, 3, 20, 18, tzinfo=TAIPEI)
        edition = registry.in_force("S03", closing)
        assert edition.key.number == 2
        assert edition.window.is_open_at(closing - timedelta(seconds=1))
        assert not edition.window.is_open_at(closing)
        assert local_date(closing).year == 2025
