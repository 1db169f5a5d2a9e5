"""A refusal: a code, its facts, and nothing lost on the way."""

import copy
import pickle
from collections.abc import Callable

import pytest

from backoffice.kernel.money import Ntd
from backoffice.kernel.refusal import Offer, Refused, Stale


def test_a_refusal_carries_its_code_and_facts() -> None:
    no = Refused("quota.full", taken=30, size=30)

    assert (no.code, no.facts) == ("quota.full", {"taken": 30, "size": 30})


def test_a_refusal_says_its_code_and_facts() -> None:
    assert str(Refused("quota.full", size=30, left=Ntd(0))) == (
        "quota.full (size=30, left=Ntd(dollars=0))"
    )
    assert str(Refused("access.denied")) == "access.denied"


def test_a_fact_may_have_any_name() -> None:
    assert Refused("bank.unknown", code="999", self="x").facts == {"code": "999", "self": "x"}


@pytest.mark.parametrize("no", [Refused("quota.full", left=Ntd(3)), Stale(case="112-1"), Stale()])
def test_a_refusal_survives_pickling_and_copying(no: Refused) -> None:
    assert pickle.dumps(no)
    for again in (copy.copy(no), copy.deepcopy(no)):  # they rebuild it as unpickling does
        assert again == no
        assert str(again) == str(no)


def test_refusals_are_equal_when_kind_code_and_facts_are() -> None:
    assert Refused("a", x=1) == Refused("a", x=1)
    assert hash(Refused("a", x=[1])) == hash(Refused("a", x=[1]))
    assert Refused("a", x=1) != Refused("a", x=2)
    assert Refused("a") != Refused("b")
    assert Refused("stale") != Stale()
    assert Refused("a") != "a"


def test_stale_is_a_refusal_with_a_code_of_its_own_unless_given_another() -> None:
    assert Stale(version=3).code == "stale"
    assert Stale("stale.sheet").code == "stale.sheet"
    with pytest.raises(Refused):
        raise Stale


def test_an_offer_holds_an_event_and_the_reason_against_it() -> None:
    assert Offer("award", None).refusal is None
    assert Offer[str]("award", Refused("quota.full")) == Offer("award", Refused("quota.full"))


def test_an_offer_never_changes() -> None:
    change: Callable[[str, str], None] = Offer("award", None).__setattr__

    with pytest.raises(AttributeError):
        change("event", "reject")
