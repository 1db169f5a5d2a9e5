"""A short form of `make model`, and the law that it plays by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from backoffice.cases.rules.lifecycle import CASE
from backoffice.cases.rules.seats import CLAIM, CONFLICT, SEAT
from backoffice.disbursement.rules.bank import ANSWER, ITEM
from backoffice.disbursement.rules.endings import ENDING
from backoffice.disbursement.rules.fees.lines import LINE
from backoffice.disbursement.rules.fees.refunds import REFUND
from backoffice.disbursement.rules.lifecycles import CHECKPOINT, SHEET, SHEET_LINE, TRANCHE
from backoffice.disbursement.rules.loans import BANK_LINE, LOAN
from backoffice.disbursement.rules.recoveries import RECOVERY
from backoffice.kernel.lifecycle import Lifecycle
from backoffice.ledger.rules import PROPOSAL
from backoffice.review.rules.lifecycles import OFFER
from backoffice.use_case import Office
from tests.given.copies import Copy
from tests.model.hands import Hands
from tests.model.law import FIRST, LATER, LATER_STATES, LAW
from tests.model.runs import play
from tests.model.world import build, few_places

TABLES: Mapping[str, Lifecycle[Any, Any]] = {
    "case": CASE,
    "tranche": TRANCHE,
    "checkpoint": CHECKPOINT,
    "sheet": SHEET,
    "sheet_line": SHEET_LINE,
    "recovery": RECOVERY,
    "ending": ENDING,
    "offer": OFFER,
    "seat": SEAT,
    "claim": CLAIM,
    "conflict": CONFLICT,
    "refund": REFUND,
    "fee_line": LINE,
    "answer": ANSWER,
    "item": ITEM,
    "loan": LOAN,
    "bank_line": BANK_LINE,
    "shift": PROPOSAL,
    "closing": PROPOSAL,
}
SHORT = 30  # steps of a run
# Kinds that keep to a part of another one's table.
PARTS: Mapping[str, tuple[str, ...]] = {
    "case": ("service", "lending"),
    "tranche": ("interest",),
}


def test_the_law_is_the_product_s_own_tables_but_for_what_comes_later() -> None:
    for kind, table in TABLES.items():
        now = {
            (state.value, event.value): target.value
            for state, event, target in table.moves
            if (kind, event.value) not in LATER and (kind, state.value) not in LATER_STATES
        }
        # A sheet is voided first: 4.2 lets nobody cancel what still stands on one.
        now.pop(("SHEETED", "CANCEL"), None)
        law = dict(LAW[kind])
        for part in PARTS.get(kind, ()):
            law |= LAW[part]
        assert now == law
        assert FIRST[kind] == table.initial.value


def test_no_two_rooms_deeds_bear_one_name() -> None:
    names = Counter(
        name
        for room in Hands.__mro__
        if room.__module__.startswith("tests.model.hands")
        for name, deed in vars(room).items()
        if callable(deed) and not name.startswith("__")
    )
    names["pay_fee"] -= 1  # the places leave it to the fee desk

    assert [name for name, count in names.items() if count > 1] == []


def test_what_the_office_does_is_what_the_law_says(office: Office, copy_of: Copy) -> None:
    with few_places():
        began = build(office)
        office.engine.dispose()
        report = play(copy_of, began, runs=2, number=20231122, steps=SHORT)

    assert report.count > 20
    assert len(report.seen) > 10
