"""The tabs of a case are those of its edition: nobody is led to a page about nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import Actor, Role
from backoffice.cases.models import Case
from backoffice.people.models import Account
from backoffice.web import guard
from tests.given.web import page, signed_in

GRANT = ["案件", "評分", "撥款與查核", "歷程"]
SERVICE = ["案件", "名額與輔導", "歷程"]
PLACES = ["案件", "名額與輔導", "繳費", "歷程"]


@pytest.mark.parametrize(
    ("scheme", "labels"),
    [
        ("S01", GRANT),
        ("S03", GRANT),
        ("S11", GRANT),
        ("S04", SERVICE),
        ("S06", SERVICE),
        ("S08", SERVICE),
        ("S07", ["案件", "貸款與利息補貼", "歷程"]),
        ("S09", PLACES),
        ("S10", PLACES),
    ],
)
def test_a_case_has_the_tabs_of_its_scheme(shown: Flask, scheme: str, labels: list[str]) -> None:
    house: guard.House = shown.extensions[guard.EXTENSION]
    with Session(house.office.engine) as session:
        case_id = session.scalars(select(Case.id).where(Case.scheme == scheme).limit(1)).one()
        found = session.scalars(select(Account).where(Account.role == Role.OFFICER).limit(1)).one()
        officer = Actor(found.id, found.name, found.role)
    client = signed_in(shown, officer)

    tabs = page(client, f"/cases/{case_id}").select(".subnav a")

    assert [tab.text for tab in tabs] == labels
    for tab in tabs:
        lit = page(client, str(tab["href"])).select(".subnav a[aria-current]")
        assert [each.text for each in lit] == [tab.text]
