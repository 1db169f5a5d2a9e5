"""The shorter road: the same pages and the same people, asked over plain HTTP and not drawn.

Every deed opens its page as the person whose it is, fills in the form that stands there, and sends
it; a page that refuses ends the journey with what it said.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.cases.models import Case
from backoffice.disbursement.models import Claim, Sheet
from backoffice.kernel.taiwan import local_date, roc_slashes
from backoffice.review.models import Assignment, StageOpinion
from backoffice.scheme import registry
from backoffice.use_case import Office
from tests import given
from tests.given import budget, cases, disbursement
from tests.given.disbursement import a_pdf
from tests.given.review import PANEL
from tests.given.web import signed_in, submit, words_of
from tests.journeys.application import WORKBOOK

SEEN = "依計畫書所附資料評定。"


@dataclass(slots=True)
class Road:
    """One case on its way, over the pages of the application."""

    app: Flask
    office: Office
    number: str
    case_id: int = 0

    # --- until the award ------------------------------------------------------------------------

    def budget(self, scheme: str, appropriation: int, allotment: int) -> None:
        """Money for the scheme, as the accounting page enters it."""
        budget.an_appropriation(self.office, appropriation, scheme=scheme)
        budget.an_allotment(self.office, allotment, scheme=scheme)

    def bring_in(self) -> None:
        """The sample is looked at and confirmed; the officer takes the case and finds it right."""
        preview = self._send(
            given.OFFICER,
            "/cases/imports/",
            workbook=(BytesIO(WORKBOOK.read_bytes()), WORKBOOK.name),
        )
        self._send(given.OFFICER, preview, decision="confirm")
        self.case_id = cases.case_id_of(self.office, self.number)
        self._send(given.OFFICER, f"/cases/{self.case_id}/take")
        self._send(given.OFFICER, f"/cases/{self.case_id}/eligibility")

    def score(self, mark: int = 80) -> None:
        """The panel is seated; each declares, scores and hands in; then the bonus."""
        review = f"/review/cases/{self.case_id}"
        ids = [str(person.id) for person in PANEL]
        self._send(given.OFFICER, f"{review}/assign", reviewers=ids)
        scoring = registry.edition_named(self.case.edition).scoring
        assert scoring is not None
        sheet = {f"mark_{each.key}": str(mark) for each in scoring.criteria}
        sheet |= {f"reason_{each.key}": SEEN for each in scoring.criteria}
        for person in PANEL:
            seat = self._seat(person)
            self._send(person, f"/review/declare/{seat}")
            self._send(person, f"/review/score/{seat}", **sheet)
            self._send(person, "/review/submit")
        case = self.case
        if case.domestic + case.domestic >= case.new_equipment:
            points = {"word": "confirm", "points": "3", "reason": "產地證明已核對。"}
            self._send(given.OFFICER, f"{review}/bonus", **points)

    def award(self) -> None:
        """The convenor closes the scoring and awards what was asked for."""
        review = f"/review/cases/{self.case_id}"
        self._send(given.CONVENOR, f"{review}/close")
        self._send(given.CONVENOR, f"{review}/decide", document_number="經企字第1121012001號")

    # --- until the closing ----------------------------------------------------------------------

    def reach(self, until_bp: int) -> None:
        """Checkpoints are reported and accepted, in order, until so much of the weight."""
        reached = 0
        for point in disbursement.points(self.office, self.case_id):
            if reached >= until_bp:
                return
            reached += point.weight_bp
            if point.decided_at is None:
                url = f"/disbursement/checkpoints/{point.id}"
                self._send(given.OFFICER, url, **self._letter(), report=self._pdf())
                self._send(given.OFFICER, url, decision="ACCEPT", reason="佐證完整。")

    def report(self, stage: str) -> None:
        """A report of the firm comes in, and a reviewer says that it passes."""
        url = f"/disbursement/cases/{self.case_id}/{stage}"
        self._send(given.OFFICER, url, **self._letter(), report=self._pdf())
        with Session(self.office.engine) as session:
            opinion, reviewer = session.execute(
                select(StageOpinion.id, Assignment.reviewer_id)
                .join(Assignment, Assignment.id == StageOpinion.assignment_id)
                .where(StageOpinion.case_id == self.case_id, StageOpinion.result.is_(None))
                .where(StageOpinion.ended_at.is_(None))
                .order_by(StageOpinion.id)
            ).first() or (0, 0)
        person = next(each for each in PANEL if each.id == reviewer)
        self._send(person, f"/review/opinions/{opinion}", result="PASS", text="進度與計畫相符。")

    def conclude_midterm(self) -> None:
        """The officer concludes that it passes."""
        url = f"/disbursement/cases/{self.case_id}/midterm"
        self._send(given.OFFICER, url, result="PASS", **self._letter())

    def pay(self, number: int, holder: str = "") -> None:
        """A tranche goes from its claim to the firm's account, through six pairs of hands."""
        tranche = disbursement.tranches(self.office, self.case_id)[number - 1]
        fields: dict[str, Any] = {
            "receipt_number": f"領0021-{number}", "receipt_on": self.today,
            "amount": str(tranche.amount.dollars), "receipt": self._pdf(),
        }  # fmt: skip
        if holder:
            fields |= {
                "which": "OTHER", "bank_code": "004", "branch_code": "0037",
                "bank_name": "臺灣銀行營業部", "account_number": "012345678812", "holder": holder,
                "passbook": self._pdf(),
            }  # fmt: skip
        self._send(given.OFFICER, f"/disbursement/tranches/{tranche.id}/claim", **fields)
        with Session(self.office.engine) as session:
            claim = session.scalars(
                select(Claim.id).where(Claim.tranche_id == tranche.id, Claim.live)
            ).one()
        verification = {"decision": "VERIFY", "clearance_checked": "y"}
        url = f"/disbursement/claims/{claim}/verification"
        self._send(given.OFFICER_2, url, **verification)
        desk = "/disbursement/sheets"
        self._send(
            given.ACCOUNTING, f"{desk}?step=MAKE", tranche=[str(tranche.id)], purpose="補助款"
        )
        with Session(self.office.engine) as session:
            sheet = session.scalars(select(Sheet.id).order_by(Sheet.id.desc())).first()
        for person, step in (
            (given.ACCOUNTING_2, "check"),
            (given.MANAGER, "approve"),
            (given.CASHIER, "send"),
        ):
            self._send(person, f"{desk}/{sheet}/{step}")
        self._send(given.CASHIER, f"{desk}/{sheet}/settle", **{"lines-0-result": "PAY"})

    # --- within ---------------------------------------------------------------------------------

    @property
    def today(self) -> str:
        """The day as people type it."""
        return roc_slashes(local_date(self.office.clock.now()))

    @property
    def case(self) -> Case:
        """The case as it is now, detached."""
        return disbursement.case_row(self.office, self.case_id)

    def _send(self, person: Actor, url: str, **fields: Any) -> str:
        """The person opens the page and sends its form; the address that it leads to."""
        answer = submit(signed_in(self.app, person), url, **fields)
        told = f"{person.name} {url}: {answer.status} {words_of(answer)[:600]}"
        assert answer.status_code == 303, told
        return str(answer.location)

    def _letter(self) -> dict[str, str]:
        return {"letter_number": f"字第{self.today}號", "letter_on": self.today}

    def _pdf(self) -> tuple[BytesIO, str]:
        return BytesIO(a_pdf().content), "佐證.pdf"

    def _seat(self, person: Actor) -> int:
        with Session(self.office.engine) as session:
            return session.scalars(
                select(Assignment.id).where(
                    Assignment.case_id == self.case_id, Assignment.reviewer_id == person.id
                )
            ).one()
