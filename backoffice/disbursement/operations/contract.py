"""Signing the contract 簽約: the award becomes a budget, checkpoints and tranches."""

from __future__ import annotations

from datetime import date

from backoffice.access import Permission
from backoffice.cases.models import Case, WaitingFor
from backoffice.cases.rules.lifecycle import CaseEvent
from backoffice.disbursement.models import (
    ApprovedLine,
    Checkpoint,
    ConsortiumMember,
    Contract,
    Tranche,
)
from backoffice.disbursement.operations.cases import case_at, edition_of, today, variant_of
from backoffice.disbursement.queries.cases import (
    award_of,
    contract_number_taken,
    overdue_award,
)
from backoffice.disbursement.queries.outcomes import applied_consortium
from backoffice.disbursement.rules.contract import (
    Agreement,
    Award,
    Terms,
    agree,
    check_extension,
    lapsing_refusal,
)
from backoffice.disbursement.rules.lifecycles import CHECKPOINT, TRANCHE
from backoffice.disbursement.rules.stages import Letter, check_letter
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.refusal import Refused
from backoffice.ledger.operations import post
from backoffice.ledger.rules import Stage, move
from backoffice.scheme.rules import Edition
from backoffice.use_case import Act, use_case


@use_case("contract.sign", requires=Permission.CONTRACT_SIGN)
def sign_contract(
    act: Act, case_id: int, version: int, terms: Terms, paper: Upload | None = None
) -> int:
    """Enter a signed contract: AWARDED → ACTIVE, the money committed becomes contracted.

    Makes the approved budget, the checkpoints, the tranches and, of a consortium, the members'
    shares; `paper` is the contract as a PDF.
    Refuses what `rules.contract.agree` refuses, and "contract.number_taken".
    """
    case = case_at(act, case_id, version)
    edition = edition_of(case)
    award = _award(act, case, edition)
    variant = variant_of(case, edition)
    agreement = agree(
        terms,
        award,
        edition,
        variant,
        today(act),
        consortium=applied_consortium(act.session, case_id, edition, variant),
    )
    number = terms.number.strip()
    if contract_number_taken(act.session, number):
        raise Refused("contract.number_taken", number=number)
    post(
        act,
        move(
            case.scheme,
            Stage.COMMITTED,
            Stage.CONTRACTED,
            award.subsidy,
            key=f"contract:{case.number}",
            memo=f"簽約 {number}",
            case_id=case.id,
        ),
    )
    contract = _contract(act, case, terms, agreement)
    act.session.add(contract)
    _add_plan(act, case, terms)
    _add_members(act, case, terms, agreement)
    _add_tranches(act, case, edition)
    first_due = min(point.due_on for point in terms.points)
    case.move(
        CaseEvent.SIGN_CONTRACT,
        at=act.now,
        waiting_for=WaitingFor.APPLICANT,
        due_on=min(first_due, agreement.midterm_on),
    )
    if paper is not None:
        contract.document_id = keep_pdf(act, paper, kind="contract", case_id=case.id)
    act.session.flush()
    return contract.id


@use_case("contract.extend_signing", requires=Permission.CONTRACT_SIGN)
def extend_signing(act: Act, case_id: int, version: int, until: date, letter: Letter) -> None:
    """Put off the last day to sign 展延簽約期限, on the firm's letter.

    Refuses what `rules.contract.check_extension` does, "contract.not_awarded", "letter.missing"
    and "letter.in_future".
    """
    case = case_at(act, case_id, version)
    edition = edition_of(case)
    check_letter(letter, today(act))
    check_extension(_award(act, case, edition), edition, until, today(act))
    case.wait(case.waiting_for, at=case.waiting_since, due_on=until)
    act.because(f"{letter.number.strip()} {letter.on.isoformat()}")


@use_case("contract.lapse", requires=Permission.CONTRACT_SIGN)
def let_lapse(act: Act, case_id: int, version: int, reason: str) -> None:
    """The award was not signed in time and lapses 核准失其效力; its money is free again.

    Refuses "contract.not_awarded", "contract.not_lapsed" (sign_by) and "lifecycle.not_allowed".
    """
    case = case_at(act, case_id, version)
    _lapse(act, case)
    act.because(reason.strip())


@use_case("contract.lapse_overdue", requires=Permission.SYSTEM)
def lapse_overdue(act: Act) -> int | None:
    """Let the award lapse that is longest past its day, as `let_lapse` does; its case or None.

    One award an act, so that an officer who signs at this moment waits for one case at most.
    """
    case_id = overdue_award(act.session, today(act))
    if case_id is None:
        return None
    case = act.session.get_one(Case, case_id)
    act.because(f"簽約期限 {case.due_on} 已過，未完成簽約")
    _lapse(act, case)
    return case_id


def _lapse(act: Act, case: Case) -> None:
    award = _award(act, case, edition_of(case))
    if refusal := lapsing_refusal(award, today(act)):
        raise refusal
    post(
        act,
        move(
            case.scheme,
            Stage.COMMITTED,
            Stage.AVAILABLE,
            award.subsidy,
            key=f"lapse:{case.number}",
            memo=f"核准失效 {case.number}",
            case_id=case.id,
        ),
    )
    case.move(CaseEvent.LAPSE, at=act.now, waiting_for=WaitingFor.NOBODY)


def _award(act: Act, case: Case, edition: Edition) -> Award:
    award = award_of(act.session, case.id, edition)
    if award is None:
        raise Refused("contract.not_awarded")
    return award


def _contract(act: Act, case: Case, terms: Terms, agreement: Agreement) -> Contract:
    assert case.subsidy is not None, "an awarded case has its subsidy"
    return Contract(
        case_id=case.id,
        number=terms.number.strip(),
        signed_on=terms.signed_on,
        letter_number=terms.letter_number.strip(),
        letter_on=terms.letter_on,
        subsidy=case.subsidy,
        total_budget=agreement.total,
        period_start=agreement.start,
        period_end=agreement.end,
        midterm_on=agreement.midterm_on,
        signed_by=act.actor.id,
        entered_at=act.now,
    )


def _add_plan(act: Act, case: Case, terms: Terms) -> None:
    """The limit of every category, and the checkpoints in the plan's order."""
    act.session.add_all(
        ApprovedLine(
            case_id=case.id,
            category=line.category,
            subsidy=line.subsidy,
            self_fund=line.self_fund,
        )
        for line in terms.lines
        if line.total
    )
    act.session.add_all(
        Checkpoint(
            case_id=case.id,
            position=position,
            subproject=point.subproject,
            work_item=point.work_item,
            method=point.method,
            item=point.item,
            due_on=point.due_on,
            weight_bp=point.weight_bp,
            state=CHECKPOINT.initial,
        )
        for position, point in enumerate(terms.points, start=1)
    )


def _add_members(act: Act, case: Case, terms: Terms, agreement: Agreement) -> None:
    """The consortium with every member's share, the centre first."""
    act.session.add_all(
        ConsortiumMember(
            case_id=case.id,
            position=position,
            is_centre=firm.is_centre,
            firm_name=firm.name,
            ubn=firm.ubn,
            factory_number=firm.factory_number,
            subsidy=firm.subsidy,
            self_fund=firm.self_fund,
            joined_on=terms.signed_on,
        )
        for position, firm in enumerate(agreement.members)
    )


def _add_tranches(act: Act, case: Case, edition: Edition) -> None:
    """The subsidy in tranches, each but the last rounded down (A57)."""
    assert case.subsidy is not None, "an awarded case has its subsidy"
    act.session.add_all(
        Tranche(
            case_id=case.id,
            scheme=case.scheme,
            number=planned.number,
            amount=planned.amount,
            state=TRANCHE.initial,
        )
        for planned in edition.tranche_plan(case.subsidy)
    )
