"""Cases before the committee, in every state of scoring, built by performing the use cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Permission, Role
from backoffice.cases.models import Case
from backoffice.cases.operations import decide_eligibility, take_from_queue
from backoffice.cases.operations.imports import ReadWorkbook, bring_in, judged, read_upload
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import local_date
from backoffice.ledger.operations import appropriate
from backoffice.people.operations import add_account, add_employment
from backoffice.review.models import Assignment, Bonus, Decision, Panel, ScoreSheet
from backoffice.review.operations import (
    Award,
    assign_panel,
    close_scoring,
    confirm_bonus,
    decide_award,
    declare,
    save_draft,
    submit_score_sheet,
)
from backoffice.review.rules.lifecycles import SEATED
from backoffice.review.rules.marks import Entry
from backoffice.scheme.registry import edition_named
from backoffice.use_case import Act, Office, use_case
from tests import given
from tests.given import cases

DUE = timedelta(days=7)
PANEL = (given.REVIEWER, given.REVIEWER_2, given.REVIEWER_3)
PASSING = ((80, 70, 75), (70, 65, 72), (68, 72, 70))  # 71.47, domain §5.4 A42
FAILING = ((60, 61, 62), (65, 60, 60), (66, 60, 61))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of new equipment; `price` in whole dollars, even."""

    name: str
    price: int
    domestic: bool
    vendor: str = ""


DOMESTIC_AND_IMPORTED = (
    Piece("雙螺桿造粒機 M-412", 700_000, domestic=True, vendor="大同機械股份有限公司"),
    Piece("雷射清洗設備 QF-3", 500_000, domestic=False, vendor="遠東儀器有限公司"),
)
IMPORTED_ONLY = (Piece("雷射清洗設備 QF-3", 1_200_000, domestic=False),)
NO_EQUIPMENT: tuple[Piece, ...] = ()
LABELS = {
    "materials": "消耗性器材及原材料費",
    "equipment": "全新設備之購置費",
    "improvement": "既有設備之改善費",
    "staff": "人事費",
}
BENEFIT_COLUMNS = ("類別", "項目", "單位", "計畫前", "計畫後", "計算基礎")
BENEFITS = (
    ("經濟", "增加產值", "千元", "12000", "15000", "擴產後年營收推估"),
    ("經濟", "降低成本", "千元", "800", "620", "電費單及原料帳"),
    ("關鍵", "節省用電", "度", "180000", "158000", "智慧電表量測"),
    ("關鍵", "減少碳排放", "kgCO2e", "91000", "79800", "環境部係數換算"),
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a firm asks for: by default 2,000,000 of 4,000,000, seven twelfths of it made here.

    Half of the equipment is subsidised; materials take what the other categories leave.
    """

    number: str = "S01-112-000417"
    firm_name: str = "宏聯精密工業股份有限公司"
    project_name: str = "低碳節能升級轉型計畫"
    capital: int = 8_000_000
    subsidy: int = 2_000_000
    total: int = 4_000_000
    equipment: tuple[Piece, ...] = DOMESTIC_AND_IMPORTED
    partners: tuple[tuple[str, str], ...] = ()

    @property
    def ubn(self) -> str:
        """The firm's number, another for each case."""
        return cases.ubn_of(self.number)

    def columns(self) -> dict[str, Any]:
        """The cells of the workbook that say so."""
        return {
            "企業名稱": self.firm_name,
            "計畫名稱": self.project_name,
            "標的": "碳排放減量",
            "實收資本額": str(self.capital),
            "總經費": str(self.total),
            "申請補助款": str(self.subsidy),
            "自籌款": str(self.total - self.subsidy),
            "經費": self._lines(),
            "設備": [
                {
                    "設備名稱": piece.name,
                    "數量": "1",
                    "單價": str(piece.price),
                    "產地": "國產" if piece.domestic else "進口",
                    "採購對象": piece.vendor,
                }
                for piece in self.equipment
            ],
            "效益": [
                dict(
                    zip(("類別", "項目", "單位", "計畫前", "計畫後", "計算基礎"), row, strict=True)
                )
                for row in BENEFITS
            ],
            "成員": [{"企業名稱": name, "統一編號": ubn} for name, ubn in self.partners],
        }

    def _lines(self) -> list[dict[str, str]]:
        half = sum(piece.price for piece in self.equipment) // 2
        staff = self.total // 10
        own = self.total - self.subsidy
        lines = {
            "equipment": (half, half),
            "improvement": (self.subsidy // 2, (own - staff) // 2),
            "staff": (0, staff),
        }
        paid = [sum(each) for each in zip(*lines.values(), strict=True)]
        lines = {"materials": (self.subsidy - paid[0], own - paid[1]), **lines}
        return [
            {"科目": LABELS[key], "補助款": str(subsidy), "自籌款": str(self_fund)}
            for key, (subsidy, self_fund) in lines.items()
            if subsidy or self_fund
        ]


@use_case("test.appropriation", requires=Permission.SYSTEM)
def put_budget(act: Act, scheme: str, amount: Ntd) -> None:
    """An appropriation, so that something can be awarded."""
    appropriate(
        act, scheme, amount, key=f"appropriation:{scheme}:{amount.dollars}", memo="法定預算"
    )


@use_case("test.document", requires=Permission.SYSTEM)
def put_document(act: Act, case_id: int, kind: str, upload: Upload) -> int:
    """A paper of the case, as the firm handed it in."""
    return keep_pdf(act, upload, kind=kind, case_id=case_id)


# --- reading back -----------------------------------------------------------------------------


def _one(office: Office, statement: Any) -> Any:
    with Session(office.engine, expire_on_commit=False) as session:
        return session.scalars(statement).one()


def case_row(office: Office, case_id: int) -> Case:
    """The case as it is now, detached."""
    found: Case = _one(office, select(Case).where(Case.id == case_id))
    return found


def panel_row(office: Office, case_id: int) -> Panel:
    """The panel as it is now, detached."""
    found: Panel = _one(office, select(Panel).where(Panel.case_id == case_id))
    return found


def seat_row(office: Office, case_id: int, person: Actor) -> Assignment:
    """A reviewer's seat as it is now, detached."""
    found: Assignment = _one(
        office,
        select(Assignment).where(
            Assignment.case_id == case_id, Assignment.reviewer_id == person.id
        ),
    )
    return found


def sheet_row(office: Office, case_id: int, person: Actor) -> ScoreSheet:
    """A reviewer's sheet in force as it is now, detached."""
    found: ScoreSheet = _one(
        office,
        select(ScoreSheet).where(
            ScoreSheet.case_id == case_id,
            ScoreSheet.reviewer_id == person.id,
            ScoreSheet.current,
        ),
    )
    return found


def sheet_rows(office: Office, case_id: int, person: Actor) -> list[ScoreSheet]:
    """Every sheet that a reviewer ever had on a case, oldest first, detached."""
    with Session(office.engine) as session:
        return list(
            session.scalars(
                select(ScoreSheet)
                .where(ScoreSheet.case_id == case_id, ScoreSheet.reviewer_id == person.id)
                .order_by(ScoreSheet.number)
            )
        )


def bonus_row(office: Office, case_id: int) -> Bonus:
    """What was recorded about the bonus, detached."""
    found: Bonus = _one(office, select(Bonus).where(Bonus.case_id == case_id))
    return found


def decision_row(office: Office, case_id: int) -> Decision:
    """The decision on a case, detached."""
    found: Decision = _one(office, select(Decision).where(Decision.case_id == case_id))
    return found


def decisions(office: Office, case_id: int) -> list[Decision]:
    """The decisions on a case, oldest first, detached."""
    with Session(office.engine) as session:
        return list(
            session.scalars(
                select(Decision).where(Decision.case_id == case_id).order_by(Decision.id)
            )
        )


def today(office: Office) -> date:
    """The office's day."""
    return local_date(office.clock.now())


# --- worlds -----------------------------------------------------------------------------------


def an_employment(
    office: Office, person: Actor, *, ubn: str, until: date | None, firm: str = "宏聯精密"
) -> None:
    """A person who works, or worked until a day, for a firm."""
    office.perform(
        add_employment, given.ADMIN, person.id, ubn, firm, date(2015, 1, 1), ended_on=until
    )


def another_reviewer(office: Office) -> Actor:
    """A fifth reviewer of the register."""
    name = "委員 鄭宗翰"
    number = office.perform(
        add_account, SYSTEM, "fifth@office.example", name, Role.REVIEWER, "no password"
    )
    return Actor(number, name, Role.REVIEWER)


def a_budget(office: Office, amount: int, *, scheme: str = "S01") -> None:
    """So much may be awarded."""
    office.perform(put_budget, SYSTEM, scheme, Ntd(amount))


def a_case_in_review(office: Office, applied: Applied | None = None) -> int:
    """A case that waits for its committee."""
    chosen = applied or Applied()
    with Session(office.engine) as session:
        found = judged(session, _workbook(chosen, office.clock.now()))
    office.perform(bring_in, given.OFFICER, found)
    case_id = cases.case_id_of(office, chosen.number)
    version = cases.version_of(office, case_id)
    office.perform(take_from_queue, given.OFFICER, case_id, version)
    version = cases.version_of(office, case_id)
    office.perform(decide_eligibility, given.OFFICER, case_id, version, (), "")
    return case_id


@cache
def _workbook(applied: Applied, received_at: datetime) -> ReadWorkbook:
    """The firm's workbook as the import reads it: written and read once for all the tests."""
    made = cases.a_submitted_case(received_at, number=applied.number, **applied.columns())
    return read_upload(Upload("進件.xlsx", cases.as_workbook([made])))


def seat_panel(office: Office, case_id: int, people: Sequence[Actor] = PANEL) -> int:
    """The committee of a case is seated; due in a week."""
    version = case_row(office, case_id).version
    ids = tuple(person.id for person in people)
    return office.perform(assign_panel, given.OFFICER, case_id, version, ids, today(office) + DUE)


def a_case_with_panel(office: Office, applied: Applied | None = None) -> int:
    """A case whose reviewers have not declared yet."""
    case_id = a_case_in_review(office, applied)
    seat_panel(office, case_id)
    return case_id


def declare_all(office: Office, case_id: int, people: Sequence[Actor] = PANEL) -> None:
    """The reviewers declare that they have no conflict."""
    for person in people:
        seat = seat_row(office, case_id, person)
        office.perform(declare, person, seat.id, seat.version)


def a_case_being_scored(office: Office, applied: Applied | None = None) -> int:
    """A case that is open on every reviewer's desk."""
    case_id = a_case_with_panel(office, applied)
    declare_all(office, case_id)
    return case_id


def entry(
    *points: int | None, reason: str = "經費與工作相符，估價齊全。", edition: str = "S01/1"
) -> Entry:
    """Whole points by criterion, in the order of the edition, each with a reason; None: blank."""
    scoring = edition_named(edition).scoring
    assert scoring is not None
    given_points = list(zip(scoring.criteria, points, strict=True))
    return Entry(
        marks=tuple((each.key, value * 10) for each, value in given_points if value is not None),
        reasons=tuple((each.key, reason) for each, _ in given_points if reason),
        opinion="",
    )


def save(office: Office, case_id: int, person: Actor, sheet: Entry) -> int:
    """A draft is saved; its version is returned."""
    version = sheet_row(office, case_id, person).version
    return office.perform(save_draft, person, seat_row(office, case_id, person).id, version, sheet)


def hand_in(office: Office, case_id: int, person: Actor) -> None:
    """The saved draft is handed in."""
    version = sheet_row(office, case_id, person).version
    office.perform(submit_score_sheet, person, seat_row(office, case_id, person).id, version)


def score(office: Office, case_id: int, person: Actor, points: tuple[int, ...]) -> None:
    """A sheet is written and handed in."""
    edition = case_row(office, case_id).edition
    save(office, case_id, person, entry(*points, edition=edition))
    hand_in(office, case_id, person)


def a_case_with_sheets(
    office: Office,
    marks: Sequence[tuple[int, int, int]] = PASSING,
    applied: Applied | None = None,
) -> int:
    """A case on which the first reviewers have handed in their sheets, one for each triple."""
    case_id = a_case_being_scored(office, applied)
    for person, points in zip(PANEL, marks, strict=False):
        score(office, case_id, person, points)
    return case_id


def confirm(office: Office, case_id: int, points: int = 300) -> None:
    """The officer confirms the bonus, in hundredths."""
    office.perform(confirm_bonus, given.OFFICER, case_id, 0, points, "產地證明及發票已核對。")


def close(office: Office, case_id: int, *left_out: str) -> int:
    """The convenor ends scoring; the score in hundredths is returned."""
    version = panel_row(office, case_id).version
    return office.perform(close_scoring, given.CONVENOR, case_id, version, left_out)


def a_scored_case(
    office: Office,
    marks: Sequence[tuple[int, int, int]] = PASSING,
    applied: Applied | None = None,
) -> int:
    """A case with its score, without a bonus unless its equipment opens one, then with 3 points."""
    chosen = applied or Applied(equipment=IMPORTED_ONLY)
    case_id = a_case_with_sheets(office, marks, chosen)
    new = sum(piece.price for piece in chosen.equipment)
    if new and 2 * sum(piece.price for piece in chosen.equipment if piece.domestic) >= new:
        confirm(office, case_id)
    close(office, case_id)
    return case_id


def award_all(office: Office, case_id: int) -> int:
    """The convenor awards what was asked for."""
    case = case_row(office, case_id)
    assert case.subsidy_requested is not None
    assert case.total_budget is not None
    award = Award(case.subsidy_requested, case.total_budget, "經企字第11200001號", "")
    return office.perform(decide_award, given.CONVENOR, case_id, case.version, award)


def seated_people(office: Office, case_id: int) -> set[int]:
    """Who is on the panel now."""
    with Session(office.engine) as session:
        return set(
            session.scalars(
                select(Assignment.reviewer_id).where(
                    Assignment.case_id == case_id, Assignment.state.in_(SEATED)
                )
            )
        )
