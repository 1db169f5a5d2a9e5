"""A consortium under contract: its members' shares, who leaves and joins, and its closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.audit import timeline
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.operations.outcomes import let_partner_join, let_partner_leave
from backoffice.disbursement.queries.outcomes import MemberRow
from backoffice.disbursement.rules.consortium import Firm, Share
from backoffice.disbursement.rules.contract import ApprovedCategory
from backoffice.disbursement.rules.stages import Letter
from backoffice.kernel.money import ZERO, Ntd
from backoffice.kernel.refusal import Refused, Stale
from backoffice.kernel.taiwan import local_date
from backoffice.messages import sentence
from backoffice.scheme.rules import ClosingCondition
from backoffice.use_case import Office
from tests import given
from tests.cases import workbook
from tests.given import life
from tests.given.disbursement import at, category, refused
from tests.given.life import Life, shares_of

SUBSIDY, OWN = Ntd(2_000_000), Ntd(2_000_000)
REPLACEMENT = Firm("28428379", "新進夥伴有限公司", "98009999", ZERO, ZERO)


def partners(count: int, subsidy: int = 100_000, own: int = 50_000) -> list[workbook.Row]:
    """So many partner firms with these shares."""
    return [{**row, "補助款": str(subsidy), "自籌款": str(own)} for row in workbook.members(count)]


def letter(case: Life) -> Letter:
    return Letter("夥字第1130001號", local_date(case.office.clock.now()))


def leave(case: Life, member: MemberRow, reason: str = "停業") -> None:
    case.office.perform(
        let_partner_leave, given.OFFICER, member.id, member.version, letter(case), reason
    )


def join(case: Life, newcomer: Firm) -> None:
    version = case.members[0].version
    case.office.perform(
        let_partner_join, given.OFFICER, case.case_id, version, newcomer, letter(case)
    )


def shares(members: Sequence[MemberRow]) -> list[tuple[int, int]]:
    return [(row.subsidy.dollars, row.self_fund.dollars) for row in members]


def test_a_contract_keeps_every_members_share_and_they_add_up(office: Office) -> None:
    case = life.a_signed_case(office, "S02", 成員=partners(10))

    assert len(case.members) == 11
    assert case.members[0].is_centre
    assert case.members[0].ubn == case.case.ubn
    assert shares(case.members)[:2] == [(1_000_000, 1_500_000), (100_000, 50_000)]
    assert shares_of(case.members) == (SUBSIDY, OWN)


def test_an_award_below_the_request_makes_the_members_divide_it_anew(office: Office) -> None:
    """A centre whose partners asked for all of it cannot pass a smaller award on unchanged."""
    case = life.a_case(office, "S02", 成員=partners(10, subsidy=200_000)).decided(Ntd(1_500_000))
    lines = [
        category("C1", 375_000, 625_000),
        category("C2", 375_000, 625_000),
        category("C3", 750_000, 1_250_000),
    ]
    centre = Share(case.case.ubn, Ntd(0), Ntd(2_000_000))
    members = [Share(ubn, Ntd(150_000), Ntd(50_000)) for ubn in workbook.OTHER_UBNS[:10]]

    with refused("consortium.subsidy_sum", value=Ntd(2_000_000), limit=Ntd(1_500_000)):
        case.signed(case.terms(lines=lines))
    with refused("consortium.members_differ"):
        case.signed(case.terms(lines=lines, shares=members))
    with refused("consortium.self_fund_sum", value=Ntd(500_000), limit=Ntd(2_500_000)):
        case.signed(case.terms(lines=lines, shares=[Share(case.case.ubn, ZERO, ZERO), *members]))
    case.signed(case.terms(lines=lines, shares=[centre, *members]))

    assert shares(case.members)[:2] == [(0, 2_000_000), (150_000, 50_000)]
    assert shares_of(case.members) == (Ntd(1_500_000), Ntd(2_500_000))


def test_a_scheme_without_consortia_has_no_members(office: Office) -> None:
    assert life.a_signed_case(office, "S03").members == ()


@pytest.mark.scenario("A36")
def test_a_closing_with_too_few_partners_passes_only_when_another_joined(office: Office) -> None:
    case = life.a_closing_case(office, "S02", 成員=partners(10)).shown()
    gone = case.members[3]
    leave(case, gone)

    assert shares(case.members)[0] == (1_100_000, 1_550_000)
    assert shares_of(case.members) == (SUBSIDY, OWN)
    with refused("closing.partners_short", count=9, minimum=10, missing=1):
        case.concluded()

    join(case, Firm("28428379", "新進夥伴有限公司", "98009999", Ntd(100_000), Ntd(50_000)))
    assert shares(case.members)[0] == (1_000_000, 1_500_000)
    assert shares_of(case.members) == (SUBSIDY, OWN)
    case.concluded().paid(2)

    assert case.case.state is CaseState.CLOSED
    with refused("consortium.not_executing", state=CaseState.CLOSED):
        leave(case, case.members[1])
    with refused("consortium.not_executing"):
        join(case, REPLACEMENT)


def test_a_closing_wants_the_paper_that_shows_the_partners_as_well(office: Office) -> None:
    case = life.a_closing_case(office, "S02")

    with refused("closing.condition_open", conditions=(ClosingCondition.PARTNERS_KEPT,)):
        case.concluded()


def test_who_leaves_and_who_joins_is_refused_by_the_rules_and_told_in_the_timeline(
    office: Office,
) -> None:
    case = life.a_signed_case(office, "S02", 成員=partners(10))
    centre, first, second = case.members[:3]

    with refused("consortium.centre_stays"):
        leave(case, centre)
    with refused("note.missing"):
        leave(case, first, reason=" ")
    with refused("consortium.duplicate", ubn=second.ubn):
        join(case, Firm(second.ubn, "同一家", "98", ZERO, ZERO))
    with refused("consortium.no_factory"):
        join(case, Firm("28428379", "無登記", "", ZERO, ZERO))
    with refused("consortium.name_missing"):
        join(case, Firm("28428379", "", "98", ZERO, ZERO))
    with refused("consortium.share_too_large", value=Ntd(1_000_001), limit=Ntd(1_000_000)):
        join(case, Firm("28428379", "貪心", "98", Ntd(1_000_001), ZERO))
    leave(case, first)
    with refused("consortium.left_already"):
        leave(case, case.members[1])
    with pytest.raises(Stale):
        leave(case, replace(second, version=second.version - 1))

    with Session(office.engine) as session:
        told = [entry.act for entry in timeline(session, case_id=case.case_id)]
    assert "consortium.leave" in told


def test_a_newcomer_of_an_older_page_is_told_so(office: Office) -> None:
    case = life.a_signed_case(office, "S02", 成員=partners(10))
    version = case.members[0].version
    leave(case, case.members[1])

    with pytest.raises(Stale):
        office.perform(
            let_partner_join, given.OFFICER, case.case_id, version, REPLACEMENT, letter(case)
        )


def test_a_case_without_a_consortium_takes_no_newcomer(office: Office) -> None:
    case = life.a_signed_case(office, "S03")

    with refused("consortium.none"):
        office.perform(let_partner_join, given.OFFICER, case.case_id, 1, REPLACEMENT, letter(case))


@pytest.mark.parametrize("person", [given.CONVENOR, given.ACCOUNTING, given.AUDITOR])
def test_only_officers_record_who_leaves_and_joins(office: Office, person: Actor) -> None:
    case = life.a_signed_case(office, "S02")
    member = case.members[1]

    with refused("access.denied"):
        office.perform(let_partner_leave, person, member.id, member.version, letter(case), "停業")
    with refused("access.denied"):
        office.perform(let_partner_join, person, case.case_id, 1, REPLACEMENT, letter(case))


def test_twenty_four_months_run_from_the_plans_start_and_mid_term_is_after_twelve(
    office: Office,
) -> None:
    case = life.a_signed_case(office, "S02")

    assert case.contract.period_start == date(2023, 4, 17)
    assert case.contract.period_end == date(2025, 4, 16)
    assert case.contract.midterm_on == date(2024, 4, 16)


def test_a_contract_may_not_run_past_the_special_budget(office: Office) -> None:
    case = life.an_awarded_case(office, "S11")

    with refused("contract.end_after_budget", end=date(2026, 1, 1), limit=date(2025, 12, 31)):
        case.signed(case.terms(period_end=date(2026, 1, 1)))
    case.signed(case.terms(period_end=date(2025, 12, 31)))

    assert case.contract.period_end == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("scheme", "code"), [("S02", "C7"), ("S05", "C8"), ("S11", "C5"), ("S03", "C6")]
)
def test_a_self_fund_category_takes_no_subsidy_at_the_contract_either(
    office: Office, scheme: str, code: str
) -> None:
    case = life.an_awarded_case(office, scheme)
    (*others, last) = case.lines
    part = Ntd(100_000)

    def moved(subsidy: Ntd) -> list[ApprovedCategory]:
        rest = ApprovedCategory(
            last.category, last.subsidy - subsidy, last.self_fund - part + subsidy
        )
        return [*others, rest, ApprovedCategory(code, subsidy, part - subsidy)]

    with refused("plan.category_self_fund_only", value=1):
        case.signed(case.terms(lines=moved(Ntd(1))))
    case.signed(case.terms(lines=moved(ZERO)))

    assert case.case.state is CaseState.ACTIVE


def test_a_category_of_another_scheme_is_refused_at_the_contract(office: Office) -> None:
    case = life.an_awarded_case(office, "S05")
    (only,) = case.lines
    lines = [
        ApprovedCategory(only.category, only.subsidy, only.self_fund - Ntd(100_000)),
        category("C6", 0, 100_000),
    ]

    with refused("plan.category_not_allowed"):
        case.signed(case.terms(lines=lines))


def test_spending_of_the_firms_own_category_is_recognised_but_raises_no_subsidy(
    office: Office,
) -> None:
    """S02 with travel (C7): its invoice counts in R, and not in RG (domain §3.5)."""
    case = life.an_awarded_case(office, "S02")
    one, two, three = case.lines
    lines = [
        one,
        two,
        ApprovedCategory(three.category, three.subsidy, three.self_fund - Ntd(900_000)),
        category("C7", 0, 900_000),
    ]
    at(office, local_date(office.clock.now()))
    case.signed(case.terms(lines=lines)).past_midterm().paid(1).closing()
    case.spend_on(C1=1_000_000, C2=0, C3=500_000, C7=900_000)
    case.shown().concluded()

    settled = case.settlement
    assert (settled.recognised, settled.recognised_grant) == (Ntd(2_400_000), Ntd(1_500_000))
    assert settled.final == Ntd(1_200_000)  # half of what was spent, less than RG


def test_the_refusals_say_what_to_do() -> None:
    told = sentence(Refused("closing.partners_short", count=9, minimum=10, missing=1))

    assert told == (
        "合作廠商現有 9 家，至少須 10 家，尚缺 1 家。"
        "請補足合作廠商後再作成通過的結論，或改為修正後通過、不通過。"
    )
