"""A window closed before its date: the instant counts, for one round, and for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.cases.models import Case, EligibilityFinding
from backoffice.cases.operations.imports import bring_in, judged, read_upload
from backoffice.cases.operations.windows import declare_used_up
from backoffice.cases.queries.windows import WindowFacts, window_of
from backoffice.cases.rules import unpacked
from backoffice.documents import Upload
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import TAIPEI
from backoffice.scheme import registry
from backoffice.use_case import Office
from tests import given
from tests.given import cases

LETTER = "經企字第1120123號"


def window(office: Office, scheme: str = "S01") -> WindowFacts:
    with Session(office.engine) as session:
        return window_of(session, scheme, office.clock.now())


def declare(
    office: Office, scheme: str = "S01", *, letter: str = LETTER, edition: str = ""
) -> None:
    round_ = edition or window(office, scheme).edition
    office.perform(declare_used_up, given.MANAGER, scheme, round_, letter, "經費全數核定")


def findings_of(office: Office, number: str) -> list[tuple[str, object]]:
    with Session(office.engine) as session:
        return [
            (one.code, unpacked(one.facts).get("cause"))
            for one in session.scalars(
                select(EligibilityFinding)
                .join(Case, Case.id == EligibilityFinding.case_id)
                .where(Case.number == number)
            )
        ]


@pytest.mark.scenario("A04")
def test_a_round_that_closes_within_a_day_is_open_up_to_that_hour(
    office: Office, clock: FixedClock
) -> None:
    closes_at = datetime(2025, 3, 20, 18, tzinfo=TAIPEI)
    clock.set(closes_at + timedelta(hours=1))
    (shipped,) = (each for each in registry.catalogue() if each.key.scheme == "S03")
    application = replace(shipped.application, closes_at=closes_at)
    with registry.using(registry.Catalogue([replace(shipped, application=application)])):
        cases.import_cases(
            office,
            [
                cases.a_submitted_case(
                    closes_at - timedelta(seconds=1), number="S03-1", scheme="S03"
                ),
                cases.a_submitted_case(closes_at, number="S03-2", scheme="S03"),
            ],
        )

    assert findings_of(office, "S03-1") == []
    assert findings_of(office, "S03-2") == [("WINDOW_CLOSED", "date")]


@pytest.mark.scenario("A07")
def test_what_came_a_second_before_is_in_and_what_came_then_is_too_late(
    office: Office, clock: FixedClock
) -> None:
    clock.advance(days=30)
    instant = clock.now()
    declare(office)
    clock.advance(hours=1)

    cases.import_cases(
        office,
        [
            cases.a_submitted_case(instant - timedelta(seconds=1), number="S01-1"),
            cases.a_submitted_case(instant, number="S01-2"),
        ],
    )

    assert findings_of(office, "S01-1") == []
    assert findings_of(office, "S01-2") == [("WINDOW_CLOSED", "budget_exhausted")]
    assert window(office).closes_at is not None
    assert not window(office).is_open


@pytest.mark.scenario("A07")
def test_a_preview_from_before_the_declaration_is_judged_again(
    office: Office, clock: FixedClock
) -> None:
    clock.advance(days=30)
    made = [cases.a_submitted_case(clock.now(), number="S01-1")]
    with Session(office.engine) as session:
        early = judged(session, read_upload(Upload("進件.xlsx", cases.as_workbook(made))))
    declare(office)

    office.perform(bring_in, given.OFFICER, early)

    assert findings_of(office, "S01-1") == [("WINDOW_CLOSED", "budget_exhausted")]


def test_another_scheme_stays_open(office: Office) -> None:
    declare(office)

    assert window(office, "S03").is_open


def test_it_is_declared_once(office: Office, clock: FixedClock) -> None:
    declare(office)
    clock.advance(days=1)

    with pytest.raises(Refused) as refusal:
        declare(office)

    assert refusal.value == Refused(
        "window.closed_early", scheme="S01", at=clock.now() - timedelta(days=1)
    )


def test_a_window_that_is_not_open_is_not_closed(office: Office, clock: FixedClock) -> None:
    clock.advance(days=400)

    with pytest.raises(Refused) as refusal:
        declare(office)

    assert refusal.value.code == "window.not_open"


def test_only_a_round_that_ends_with_its_money_is_used_up(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        declare(office, "S10")

    assert refusal.value.code == "window.not_by_budget"


def test_the_round_on_the_page_is_the_one_that_ends(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        declare(office, edition="S01/9")

    assert refusal.value.code == "window.other_round"


def test_the_announcement_is_named(office: Office) -> None:
    with pytest.raises(Refused) as refusal:
        declare(office, letter="  ")

    assert refusal.value.code == "window.document_missing"
