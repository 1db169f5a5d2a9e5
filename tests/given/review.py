"""Cases before the committee, in every state of scoring, built by performing the room's use cases.

`put_case_in_review` stands in for the import and the officer's word on eligibility; everything
after it is done by the use cases themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor, Permission, Role
from backoffice.cases.models import (
    Benefit,
    BudgetLine,
    Case,
    Equipment,
    Member,
    PlannedCheckpoint,
    WaitingFor,
)
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI, local_date
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

RECEIVED_AT = datetime(2023, 5, 8, 10, 20, tzinfo=TAIPEI)
DUE = timedelta(days=7)
PANEL = (given.REVIEWER, given.REVIEWER_2, given.REVIEWER_3)
PASSING = ((80, 70, 75), (70, 65, 72), (68, 72, 70))  # 71.47, domain §5.4 A42
FAILING = ((60, 61, 62), (65, 60, 60), (66, 60, 61))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of new equipment; `price` in whole dollars."""

    name: str
    price: int
    domestic: bool
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a firm asks for: by default 2,000,000 of 4,000,000, seven tenths of it made here."""

    number: str = "S01-112-000417"
    scheme: str = "S01"
    variant: str = "individual"
    firm_name: str = "宏聯精密工業股份有限公司"
    ubn: str = "04595252"
    project_name: str = "低碳節能升級轉型計畫"
    capital: int | None = 8_000_000
    lines: tuple[tuple[str, int, int], ...] = (
        ("C1", 300_000, 300_000),
        ("C2", 600_000, 600_000),
        ("C3", 1_100_000, 700_000),
        ("C5", 0, 400_000),
    )
    equipment: tuple[Piece, ...] = (
        Piece("雙螺桿造粒機 M-412", 700_000, domestic=True, vendor="大同機械股份有限公司"),
        Piece("雷射清洗設備 QF-3", 500_000, domestic=False, vendor="遠東儀器有限公司"),
    )
    partners: tuple[tuple[str, str], ...] = ()

    @property
    def subsidy(self) -> int:
        return sum(line[1] for line in self.lines)

    @property
    def total(self) -> int:
        return sum(line[1] + line[2] for line in self.lines)


IMPORTED_ONLY = (Piece("雷射清洗設備 QF-3", 1_200_000, domestic=False),)
NO_EQUIPMENT: tuple[Piece, ...] = ()
CHECKPOINTS = (
    (date(2023, 7, 15), "熱回收管路改善", "完成測試報告", 2_500),
    (date(2023, 9, 30), "造粒機導入", "試產 10 批紀錄", 3_500),
    (date(2024, 1, 31), "自動溫控", "節電量測", 2_500),
    (date(2024, 4, 15), "減碳效益查證", "查證聲明書", 1_500),
)
BENEFITS = (
    ("經濟", "增加產值", "千元", "12000", "15000", "擴產後年營收推估"),
    ("經濟", "降低成本", "千元", "800", "620", "電費單及原料帳"),
    ("關鍵", "節省用電", "度", "180000", "158000", "智慧電表量測"),
    ("關鍵", "減少碳排放", "kgCO2e", "91000", "79800", "環境部係數換算"),
)


@use_case("test.case_in_review", requires=Permission.SYSTEM)
def put_case_in_review(act: Act, applied: Applied) -> int:
    """A complete and eligible case, as the officer hands it to the committee."""
    domestic = sum(piece.price for piece in applied.equipment if piece.domestic)
    case = Case(
        number=applied.number,
        scheme=applied.scheme,
        edition=f"{applied.scheme}/1",
        variant=applied.variant,
        state=CaseState.IN_REVIEW,
        received_at=RECEIVED_AT,
        imported_at=RECEIVED_AT,
        complete_at=RECEIVED_AT,
        firm_name=applied.firm_name,
        ubn=applied.ubn,
        registration="公司",
        industry="製造業",
        headcount="7",
        paid_in_capital=None if applied.capital is None else Ntd(applied.capital),
        project_name=applied.project_name,
        target="碳排放減量",
        plan_start=date(2023, 5, 8),
        plan_end=date(2024, 5, 7),
        total_budget=Ntd(applied.total),
        subsidy_requested=Ntd(applied.subsidy),
        self_fund=Ntd(applied.total - applied.subsidy),
        domestic=Ntd(domestic),
        new_equipment=Ntd(sum(piece.price for piece in applied.equipment)),
        contact_name="聯絡人王小明",
        contact_email="contact@firm.example",
        contact_phone="02-2345-6789",
        content_sha256="0" * 64,
        officer_id=given.OFFICER.id,
    )
    case.wait(WaitingFor.OFFICER, at=act.now)
    act.session.add(case)
    act.session.flush()
    act.session.add_all(_children(case.id, applied))
    return case.id


def _children(case_id: int, applied: Applied) -> list[Any]:
    budget = edition_named(f"{applied.scheme}/1").budget
    assert budget is not None
    labels = {category.code: category.label_zh for category in budget.categories}
    return [
        *(
            BudgetLine(
                case_id=case_id,
                position=position,
                category=code,
                category_text=labels[code],
                subsidy=Ntd(subsidy),
                self_fund=Ntd(self_fund),
            )
            for position, (code, subsidy, self_fund) in enumerate(applied.lines, 1)
        ),
        *(
            Equipment(
                case_id=case_id,
                position=position,
                name=piece.name,
                quantity=1,
                unit_price=Ntd(piece.price),
                domestic=piece.domestic,
                vendor=piece.vendor,
            )
            for position, piece in enumerate(applied.equipment, 1)
        ),
        *(
            PlannedCheckpoint(
                case_id=case_id,
                position=position,
                due_on=due_on,
                work_item=work_item,
                item=item,
                weight_bp=weight_bp,
            )
            for position, (due_on, work_item, item, weight_bp) in enumerate(CHECKPOINTS, 1)
        ),
        *(
            Benefit(
                case_id=case_id,
                position=position,
                kind=kind,
                item=item,
                unit=unit,
                before=before,
                after=after,
                basis=basis,
            )
            for position, (kind, item, unit, before, after, basis) in enumerate(BENEFITS, 1)
        ),
        *(
            Member(
                case_id=case_id,
                position=position,
                firm_name=name,
                ubn=ubn,
                subsidy=Ntd(0),
                self_fund=Ntd(0),
            )
            for position, (name, ubn) in enumerate(applied.partners, 1)
        ),
    ]


@use_case("test.appropriation", requires=Permission.SYSTEM)
def put_budget(act: Act, scheme: str, amount: Ntd) -> None:
    """An appropriation, so that something can be awarded."""
    appropriate(
        act, scheme, amount, key=f"appropriation:{scheme}:{amount.dollars}", memo="法定預算"
    )


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
    return office.perform(put_case_in_review, SYSTEM, applied or Applied())


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


def entry(*points: int | None, reason: str = "經費與工作相符，估價齊全。") -> Entry:
    """Whole points by criterion, in the order of the edition, each with a reason; None: blank."""
    scoring = edition_named("S01/1").scoring
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


def score(office: Office, case_id: int, person: Actor, points: tuple[int, int, int]) -> None:
    """A sheet is written and handed in."""
    save(office, case_id, person, entry(*points))
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
