"""The shares of a consortium, who may leave or join, and how many partners there must be."""

from __future__ import annotations

from datetime import date

import pytest

from backoffice.cases.rules.lifecycle import CaseState
from backoffice.disbursement.rules.consortium import (
    Firm,
    Live,
    Share,
    changing_refusal,
    check_newcomer,
    check_shares,
    divided,
    leaving_refusal,
    rule_of,
    standing,
    with_centre,
)
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.scheme.registry import edition_named
from backoffice.scheme.rules import PartnerRule
from tests.given.disbursement import refused

CENTRE = Firm("04595257", "中心廠股份有限公司", "99000001", ZERO, ZERO, is_centre=True)
EDITION = edition_named("S02/1")
LOW_CARBON, SMART = EDITION.variants
RULE = PartnerRule(factory_registration=True, distinct=True, shares_sum=True, replace_days=30)


def firm(ubn: str, subsidy: int = 0, own: int = 0, factory: str = "98000001") -> Firm:
    return Firm(ubn, f"夥伴{ubn}", factory, Ntd(subsidy), Ntd(own))


def live(count: int, *left: date) -> list[Live]:
    """The centre, so many partners, and those who left on these days."""
    return [
        Live("04595257", is_centre=True, left_on=None),
        *(Live(f"P{place}", is_centre=False, left_on=None) for place in range(count)),
        *(Live(f"L{place}", is_centre=False, left_on=day) for place, day in enumerate(left)),
    ]


def test_the_centre_has_what_its_partners_leave() -> None:
    members = with_centre(CENTRE, [firm("1", 300, 200), firm("2", 100, 400)], Ntd(1_000), Ntd(900))

    assert [(each.subsidy.dollars, each.self_fund.dollars) for each in members] == [
        (600, 300), (300, 200), (100, 400),
    ]  # fmt: skip
    assert [each.is_centre for each in members] == [True, False, False]


def test_a_partner_listed_twice_is_one_firm_and_the_centre_is_no_partner_of_its_own() -> None:
    listed = [firm("1", 300), firm("1", 100), firm(CENTRE.ubn, 50)]

    members = with_centre(CENTRE, listed, Ntd(1_000), ZERO)

    assert [(each.ubn, each.subsidy.dollars) for each in members] == [(CENTRE.ubn, 600), ("1", 400)]


def test_partners_who_ask_for_more_than_there_is_leave_the_centre_nothing() -> None:
    members = with_centre(CENTRE, [firm("1", 1_001)], Ntd(1_000), ZERO)

    assert members[0].subsidy == ZERO
    with refused("consortium.subsidy_sum", value=Ntd(1_001), limit=Ntd(1_000)):
        check_shares(members, RULE, Ntd(1_000), ZERO)


@pytest.mark.parametrize("off", [-1, 1])
def test_shares_add_up_to_the_dollar(off: int) -> None:
    members = [firm("1", 600 + off, 300), firm("2", 400, 600)]

    with refused("consortium.subsidy_sum", value=Ntd(1_000 + off), limit=Ntd(1_000)):
        check_shares(members, RULE, Ntd(1_000), Ntd(900))
    with refused("consortium.self_fund_sum", value=Ntd(900), limit=Ntd(900 - off)):
        check_shares(members, RULE, Ntd(1_000 + off), Ntd(900 - off))
    check_shares(members, RULE, Ntd(1_000 + off), Ntd(900))


def test_an_edition_may_leave_the_sums_alone() -> None:
    rule = PartnerRule(
        factory_registration=False, distinct=False, shares_sum=False, replace_days=None
    )

    check_shares([firm("1", 1)], rule, Ntd(1_000), ZERO)


def test_the_contract_gives_every_member_its_share() -> None:
    members = with_centre(CENTRE, [firm("1", 400)], Ntd(1_000), Ntd(900))
    shares = [Share("1", Ntd(250), Ntd(900)), Share(CENTRE.ubn, Ntd(750), ZERO)]

    given = divided(members, shares)

    assert [(each.ubn, each.subsidy.dollars, each.self_fund.dollars) for each in given] == [
        (CENTRE.ubn, 750, 0), ("1", 250, 900),
    ]  # fmt: skip
    assert total(each.subsidy for each in given) == Ntd(1_000)
    assert divided(members, []) == members


@pytest.mark.parametrize(
    "ubns", [["1"], ["1", "2", CENTRE.ubn], ["2", CENTRE.ubn], ["1", "1", CENTRE.ubn]]
)
def test_a_share_too_few_too_many_or_of_another_firm_is_refused(ubns: list[str]) -> None:
    members = with_centre(CENTRE, [firm("1", 400)], Ntd(1_000), ZERO)

    with refused("consortium.members_differ"):
        divided(members, [Share(ubn, ZERO, ZERO) for ubn in ubns])


@pytest.mark.parametrize("state", list(CaseState))
def test_members_change_only_while_the_plan_is_carried_out(state: CaseState) -> None:
    allowed = {CaseState.ACTIVE, CaseState.ACTIVE_2, CaseState.CLOSING}

    refusal = changing_refusal(state)

    assert (refusal is None) == (state in allowed)
    assert refusal is None or refusal.code == "consortium.not_executing"


def test_the_centre_never_leaves_and_nobody_leaves_twice() -> None:
    gone = Live("1", is_centre=False, left_on=date(2024, 1, 5))

    for member, code in (
        (live(0)[0], "consortium.centre_stays"),
        (gone, "consortium.left_already"),
    ):
        refusal = leaving_refusal(member)
        assert refusal is not None
        assert refusal.code == code
    assert leaving_refusal(live(1)[1]) is None


def test_a_newcomer_is_named_new_registered_and_takes_what_the_centre_can_give() -> None:
    centre = firm(CENTRE.ubn, 500, 300)
    there = [*live(1), Live("gone", is_centre=False, left_on=date(2024, 1, 5))]

    for newcomer, code in (
        (Firm("2", " ", "98", ZERO, ZERO), "consortium.name_missing"),
        (firm("P0"), "consortium.duplicate"),
        (firm(CENTRE.ubn), "consortium.duplicate"),
        (firm("2", factory=" "), "consortium.no_factory"),
        (firm("2", 501), "consortium.share_too_large"),
        (firm("2", 0, 301), "consortium.share_too_large"),
    ):
        with refused(code):
            check_newcomer(newcomer, there, RULE, centre)
    check_newcomer(firm("2", 500, 300), there, RULE, centre)
    check_newcomer(firm("gone"), there, RULE, centre)


@pytest.mark.scenario("A36")
@pytest.mark.parametrize(("variant", "minimum"), [(LOW_CARBON, 10), (SMART, 4)])
def test_partners_are_counted_again_without_the_centre_and_those_who_left(
    variant: object, minimum: int
) -> None:
    chosen = LOW_CARBON if variant is LOW_CARBON else SMART
    left = date(2024, 3, 1)

    enough = standing(live(minimum, left), EDITION, chosen)
    short = standing(live(minimum - 1, date(2023, 5, 1), left), EDITION, chosen)

    assert enough is not None
    assert (enough.count, enough.missing, enough.replace_by) == (minimum, 0, None)
    assert short is not None
    assert (short.count, short.minimum, short.missing) == (minimum - 1, minimum, 1)
    assert short.replace_by == date(2024, 3, 31)


def test_a_scheme_without_consortia_counts_nobody() -> None:
    edition = edition_named("S03/1")

    assert rule_of(edition, edition.variants[0]) is None
    assert rule_of(EDITION, None) is None
    assert standing(live(3), edition, edition.variants[0]) is None
