"""The migration that gives a firm one claim in a round fills it, or says who has two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from backoffice.cases.models import SeatClaim
from backoffice.db import Base
from backoffice.kernel.clock import FixedClock
from backoffice.use_case import Office
from tests.given import cases
from tests.given import seats as world
from tests.given.seats import number_of

BEFORE = "0011"
S10 = world.ACCEPTANCE


@pytest.fixture
def claims(app: Flask, office: Office, clock: FixedClock) -> Iterator[None]:
    """Two firms with their claims, in the database of the release before."""
    clock.set(world.at("04-18 09:00"))
    for place in (1, 2):
        world.an_accepted_firm(office, place, scheme=S10)
    with app.app_context():
        downgrade(revision=BEFORE)
        yield


@pytest.mark.usefixtures("claims")
def test_each_claim_names_the_firm_of_its_case(office: Office) -> None:
    upgrade()

    with Session(office.engine) as session:
        found = session.execute(select(SeatClaim.case_number, SeatClaim.ubn).order_by(SeatClaim.id))
        assert found.all() == [
            (number, cases.ubn_of(number)) for number in (number_of(1, S10), number_of(2, S10))
        ]


@pytest.mark.usefixtures("claims")
def test_the_database_has_every_rule_of_the_model(office: Office) -> None:
    upgrade()

    table, found = Base.metadata.tables["seat_claim"], inspect(office.engine)
    columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
    indexes = {each["name"]: each for each in found.get_indexes(table.name)}
    assert columns == {column.name: column.nullable for column in table.columns}
    assert {each.name for each in table.indexes} <= set(indexes)
    live = indexes["uq_seat_claim_firm"]
    assert live["unique"]
    assert live["column_names"] == ["edition", "ubn"]
    assert any(key.endswith("_where") for key in live["dialect_options"])


@pytest.mark.broken
@pytest.mark.usefixtures("claims")
def test_a_firm_with_two_claims_is_named_and_nothing_is_changed(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with office.engine.begin() as connection:
        connection.execute(text('UPDATE "case" SET ubn = (SELECT min(ubn) FROM "case")'))

    with pytest.raises(SystemExit):
        upgrade()

    assert f"{number_of(1, S10)}, {number_of(2, S10)}" in caplog.text
    columns = inspect(office.engine).get_columns("seat_claim")
    assert "ubn" not in {column["name"] for column in columns}
    with office.engine.begin() as connection:  # a person ends one of the two, then it runs
        connection.execute(text("UPDATE seat_claim SET state = 'ENDED' WHERE case_id = 2"))
    upgrade()


@pytest.mark.usefixtures("claims")
def test_what_the_release_before_writes_meanwhile_is_taken(office: Office) -> None:
    upgrade()

    with office.engine.begin() as connection:
        for case_id in (1, 2):
            connection.execute(
                text("UPDATE seat_claim SET ubn = DEFAULT WHERE case_id = :it")
                if connection.dialect.name == "postgresql"
                else text("UPDATE seat_claim SET ubn = '' WHERE case_id = :it"),
                {"it": case_id},
            )
