"""What is recorded for closing beside the invoices: partners who leave or join, values achieved."""

from __future__ import annotations

from sqlalchemy import select

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import AchievedTarget, ConsortiumMember
from backoffice.disbursement.operations.cases import edition_of, today, variant_of
from backoffice.disbursement.queries.outcomes import (
    MEMBERS_MAX,
    members_of,
    outcomes_of,
)
from backoffice.disbursement.queries.stages import (
    CONDITION,
    condition_evidence,
    conditions_shown,
)
from backoffice.disbursement.rules.consortium import (
    Firm,
    Live,
    changing_refusal,
    check_newcomer,
    leaving_refusal,
    rule_of,
)
from backoffice.disbursement.rules.stages import (
    Letter,
    check_letter,
    check_reason,
    targets_refusal,
)
from backoffice.disbursement.rules.targets import Achieved, check_reported
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.refusal import Refused, Stale
from backoffice.scheme.rules import ClosingCondition
from backoffice.use_case import Act, use_case


@use_case("consortium.leave", requires=Permission.CHECKPOINT_WORK)
def let_partner_leave(act: Act, member_id: int, version: int, letter: Letter, reason: str) -> None:
    """A partner leaves the consortium on its letter; the centre takes over its share.

    Refuses "consortium.not_executing", "consortium.centre_stays", "consortium.left_already",
    "letter.missing", "letter.in_future", "note.missing".
    """
    member = act.session.get_one(ConsortiumMember, member_id)
    if member.version != version:
        raise Stale
    case = _locked(act, member.case_id)
    if refusal := changing_refusal(case.state) or leaving_refusal(_live(member)):
        raise refusal
    check_letter(letter, today(act))
    check_reason(reason)
    centre = _centre(act, case.id)
    centre.subsidy += member.subsidy
    centre.self_fund += member.self_fund
    member.left_on = letter.on
    member.leave_letter = letter.number.strip()
    member.reason = reason.strip()
    act.because(reason.strip())


@use_case("consortium.join", requires=Permission.CHECKPOINT_WORK)
def let_partner_join(act: Act, case_id: int, version: int, newcomer: Firm, letter: Letter) -> int:
    """Another partner joins on the centre's letter, with a share that the centre gives up.

    `version` is that of the centre's row, whose share the page showed. Refuses
    "consortium.not_executing", "consortium.none", what `check_newcomer` refuses,
    "letter.missing", "letter.in_future".
    """
    case = _locked(act, case_id)
    edition = edition_of(case)
    rule = rule_of(edition, variant_of(case, edition))
    if rule is None:
        raise Refused("consortium.none")
    if refusal := changing_refusal(case.state):
        raise refusal
    centre = _centre(act, case_id)
    if centre.version != version:
        raise Stale
    members = members_of(act.session, case_id)
    check_newcomer(newcomer, [row.live for row in members], rule, members[0].firm)
    check_letter(letter, today(act))
    centre.subsidy -= newcomer.subsidy
    centre.self_fund -= newcomer.self_fund
    joined = ConsortiumMember(
        case_id=case_id,
        position=len(members),
        is_centre=False,
        firm_name=newcomer.name.strip(),
        ubn=newcomer.ubn,
        factory_number=newcomer.factory_number.strip(),
        subsidy=newcomer.subsidy,
        self_fund=newcomer.self_fund,
        joined_on=letter.on,
        join_letter=letter.number.strip(),
    )
    act.session.add(joined)
    act.session.flush()
    return joined.id


def _locked(act: Act, case_id: int) -> Case:
    """The case, held so that nothing changes under a settlement that is being made."""
    return act.session.get_one(Case, case_id, with_for_update=True)


def _centre(act: Act, case_id: int) -> ConsortiumMember:
    return act.session.scalars(
        select(ConsortiumMember)
        .where(ConsortiumMember.case_id == case_id, ConsortiumMember.is_centre)
        .order_by(ConsortiumMember.id)
        .limit(1)
    ).one()


def _live(member: ConsortiumMember) -> Live:
    return Live(member.ubn, member.is_centre, member.left_on)


@use_case("closing.enter_targets", requires=Permission.CLOSING_CONCLUDE)
def enter_targets(
    act: Act, case_id: int, version: int, values: tuple[Achieved, ...], evidence: Upload | None
) -> None:
    """Enter what the case achieved of each target, with its evidence; entered again, it replaces.

    Evidence is wanted the first time. Refuses "closing.not_closing", "document.missing", what
    `check_reported` and `keep_pdf` refuse.
    """
    case = _locked(act, case_id)
    if case.version != version:
        raise Stale
    edition = edition_of(case)
    found = outcomes_of(act.session, case_id, edition, variant_of(case, edition))
    check_reported(values, found.results)
    if refusal := targets_refusal(case.state):
        raise refusal
    condition = ClosingCondition.TARGETS_MET.value
    on_file = conditions_shown(condition_evidence(act.session, case_id))
    if evidence is None and condition not in on_file:
        raise Refused("document.missing")
    stored = {
        row.metric: row
        for row in act.session.scalars(
            select(AchievedTarget)
            .where(AchievedTarget.case_id == case_id)
            .order_by(AchievedTarget.id)
            .limit(MEMBERS_MAX)
        )
    }
    for each in values:
        row = stored.get(each.metric)
        if row is None:
            row = AchievedTarget(case_id=case_id, metric=each.metric)
            act.session.add(row)
        row.value = each.value
        row.entered_by = act.actor.id
        row.entered_at = act.now
    if evidence is not None:
        keep_pdf(act, evidence, kind=f"{CONDITION}{condition}", case_id=case_id)
