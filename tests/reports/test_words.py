"""Every deed, table and column that the audit can show has words."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

import backoffice
from backoffice.cases.models import Case
from backoffice.cases.rules.lifecycle import CaseState
from backoffice.db import Base
from backoffice.kernel.money import Ntd
from backoffice.kernel.taiwan import TAIPEI
from backoffice.messages import ACTS, act_words
from backoffice.messages.fields import FIELDS, FIELDS_OF, SUBJECTS
from backoffice.messages.records import (
    account_words,
    field_words,
    subject_words,
    value_words,
)
from backoffice.use_case import REGISTER

# The chain itself and the forms' keys are written beside the unit of work; nobody audits them. The
# worker's sign of life is no deed: a row a minute would bury what matters.
# The keys by which a case is found say nothing that the case does not.
UNAUDITED = {"act_key", "audit_entry", "audit_head", "case_key", "worker_round"}


@pytest.fixture(autouse=True, scope="module")
def whole_package() -> None:
    """Every module is imported, so that every use case and table is known."""
    for module in pkgutil.walk_packages(backoffice.__path__, "backoffice."):
        importlib.import_module(module.name)


def is_ours(module: str) -> bool:
    """Whether the product registered it: tests of this process may have added deeds of theirs."""
    return module.startswith("backoffice.")


def test_every_use_case_has_a_word() -> None:
    ours = {
        name for name, case in REGISTER.items() if case.body.__module__.startswith("backoffice.")
    }

    assert sorted(ours - ACTS.keys()) == []


def test_every_audited_table_has_a_word() -> None:
    assert sorted(Base.metadata.tables.keys() - UNAUDITED - SUBJECTS.keys()) == []


def test_every_audited_column_has_a_word() -> None:
    missing = [
        f"{name}.{column.name}"
        for name, table in Base.metadata.tables.items()
        if name not in UNAUDITED
        for column in table.c
        if column.name not in FIELDS and (name, column.name) not in FIELDS_OF
    ]

    assert missing == []


def test_a_deed_of_an_earlier_release_keeps_its_name(app: Flask) -> None:
    with app.test_request_context():
        assert act_words("case.take") == "取件"
        assert act_words("case.abolished") == "case.abolished"
        assert (subject_words("abolished"), field_words("case", "abolished")) == (
            "abolished",
            "abolished",
        )


@pytest.mark.parametrize(
    ("subject", "field", "value", "words"),
    [
        ("case", "state", "IN_REVIEW", "書面審查中"),
        ("case", "state", "ABOLISHED", "ABOLISHED"),
        ("case", "subsidy", 3_000_000, "3,000,000"),
        ("case", "received_at", "2023-05-08T02:20:00+00:00", "112年5月8日 10:20"),
        ("case", "plan_start", "2023-05-08", "112年5月8日"),
        ("case", "officer_id", None, "–"),
        ("case", "firm_name", "", "–"),
        ("case", "headcount", "9.4", "9.4"),
        ("claim", "live", True, "是"),
        ("ledger_transfer", "source", "S01/available", "S01 可用餘額"),
        ("ledger_account", "stage", "in_transit", "送件未入帳"),
        ("ledger_account", "stage", "taken", "taken"),
        ("panel", "score", 7147, "71.47"),
        ("checkpoint", "weight_bp", 2505, "25.05%"),
        ("ledger_transfer", "quantity", 1_500_000, "1,500,000"),
        ("sheet_line", "columns", {"b": 1, "a": "甲"}, '{"a": "甲", "b": 1}'),
        ("abolished", "state", "X", "X"),
    ],
)
def test_a_value_reads_by_what_its_column_holds(
    app: Flask, subject: str, field: str, value: Any, words: str
) -> None:
    with app.test_request_context():
        assert value_words(subject, field, value) == words


def test_what_the_audit_writes_of_a_case_can_be_read_back(app: Flask) -> None:
    case = Case(
        state=CaseState.AWARDED,
        subsidy=Ntd(5),
        decided_at=datetime(2023, 6, 1, tzinfo=TAIPEI),
        due_on=date(2023, 7, 1),
    )

    with app.test_request_context():
        assert value_words("case", "state", case.state.value) == "已核定"
        assert account_words("fees/income") == "fees/income"
