"""The office's own data about its payments, and the days on which banks clear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from backoffice.disbursement import payers
from backoffice.disbursement.payers import UnfitPayments, read_text
from backoffice.disbursement.rules.business_days import Calendar
from backoffice.use_case import Office
from tests.given import offices, paydesk
from tests.given import sheets as desk

OWN = """
[[payers]]
agency = "經濟部中小及新創企業署"
bank = "0040037"
account = "037001234567"
ubn = "12345675"
transaction = "901"
memo = "經部補助款"
assumed = false

[calendar]
closed = []
opened = []
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "payments.toml"
    path.write_text(OWN, encoding="utf-8")
    payers.use(path)
    yield path
    payers.use(None)


@pytest.mark.parametrize(
    ("made_on", "value_on"),
    [
        (date(2023, 9, 28), date(2023, 10, 2)),  # over the mid-autumn week-end
        (date(2023, 9, 22), date(2023, 9, 23)),  # a Saturday that is worked
        (date(2023, 10, 6), date(2023, 10, 11)),  # over National Day
        (date(2023, 11, 18), date(2023, 11, 21)),  # handed in on a Saturday: on Monday
        (date(2024, 2, 7), date(2024, 2, 15)),  # over the new year
    ],
)
def test_the_value_date_is_one_business_day_after_the_file(made_on: date, value_on: date) -> None:
    assert payers.payments().calendar.value_date(made_on) == value_on


def test_the_day_before_a_monday_after_holidays_is_a_business_day() -> None:
    assert payers.payments().calendar.before(date(2023, 10, 11)) == date(2023, 10, 6)


def test_a_calendar_without_business_days_is_a_mistake() -> None:
    closed = frozenset(date(2023, 1, 1) + timedelta(days=day) for day in range(365))

    with pytest.raises(ValueError, match="no business day"):
        Calendar(closed).after(date(2023, 3, 1))


def test_the_release_s_own_account_is_all_zeros_and_marked_assumed() -> None:
    payer = payers.payments().payer_of("任何機關")

    assert payer is not None
    assert payer.is_assumed
    assert set(payer.bank + payer.account) == {"0"}


def test_an_office_s_own_account_stands_in_the_file_and_nothing_is_assumed(
    office: Office, own: Path
) -> None:
    sheet_id = desk.an_approved_sheet(office)

    found = paydesk.record(office, sheet_id).bank

    assert found is not None
    assert not found.is_assumed
    assert b"0000037001234567" in paydesk.bank_file(office, sheet_id)


def test_a_sheet_of_an_agency_without_an_account_has_no_bank_file(
    office: Office, own: Path
) -> None:
    text = OWN.replace("經濟部中小及新創企業署", "另一機關")
    own.write_text(text, encoding="utf-8")
    payers.use(own)

    assert paydesk.record(office, desk.an_approved_sheet(office)).bank is None


def test_the_setting_names_the_file(database_url: str, tmp_path: Path, own: Path) -> None:
    with offices.opened(replace(offices.settings(database_url, tmp_path), payments=own)):
        assert payers.payments().payer_of("經濟部中小及新創企業署") is not None
        assert payers.payments().payer_of("任何機關") is None


@pytest.mark.parametrize(
    ("told", "broken"),
    [
        ("bank", OWN.replace('"0040037"', '"004"')),
        ("account", OWN.replace('"037001234567"', '"12345678901234567"')),
        ("ubn", OWN.replace('"12345675"', '"x"')),
        ("transaction", OWN.replace('"901"', '""')),
        ("memo", OWN.replace("經部補助款", "經濟部補助款")),
        ("calendar", OWN.split("[calendar]", maxsplit=1)[0]),
        ("payments", "not toml"),
    ],
)
def test_data_that_a_bank_could_not_read_is_refused_at_the_start(told: str, broken: str) -> None:
    with pytest.raises(UnfitPayments, match=told):
        read_text(broken)
