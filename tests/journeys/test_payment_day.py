"""Payment day by the keyboard: 31 payments from the ready list to a closed day, ≤ 120 presses.

Two more are blocked and stay where they are. Five people take the steps; the bank pays 29, returns
one, and names one payment so that nobody knows it. Every key that anybody presses is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM, Actor
from backoffice.disbursement.models import Sheet
from backoffice.disbursement.rules.lifecycles import LineState, SheetState
from backoffice.disbursement.rules.sheets import FORM
from backoffice.invariants import violations
from backoffice.kernel.money import Ntd
from backoffice.ledger.models import LedgerTransfer
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.spreadsheets.reader import read_workbook
from backoffice.use_case import Office
from tests import given
from tests.browser import serve
from tests.given import bank
from tests.given import disbursement as world
from tests.given import sheets as desk
from tests.given.web import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FileChooser, Page

pytestmark = pytest.mark.browser

PAYMENTS = 31
PRESSES_MAX = 120
RETURNED = 7
UNKNOWN = 31
PATIENCE_MS = 20_000


@dataclass(slots=True)
class Presses:
    """How many keys were pressed, by whomever."""

    count: int = 0


@dataclass(frozen=True, slots=True)
class Hands:
    """One person's hands on a keyboard."""

    page: Page
    presses: Presses

    def press(self, *keys: str) -> None:
        """Press these keys one after the other."""
        for key in keys:
            self.presses.count += 1
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        """Type a text: a press for each character."""
        self.presses.count += len(words)
        self.page.keyboard.type(words)

    def go(self, *keys: str, to: str) -> None:
        """Press keys, and wait for the page that they lead to."""
        self.press(*keys)
        self.page.wait_for_url(to)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bank's file is put."""
    return tmp_path_factory.mktemp("bank")


@contextmanager
def hands(app: Flask, browser: Browser, address: str, presses: Presses) -> Iterator[object]:
    """A keyboard for each person, at the first page of payments."""
    contexts = []

    def of(person: Actor) -> Hands:
        cookie = signed_in(app, person).get_cookie("sid")
        assert cookie is not None
        context = browser.new_context(
            base_url=address, locale="zh-TW", viewport={"width": 1440, "height": 900}
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "sid", "value": cookie.value, "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.on("filechooser", nothing)  # choosers are caught from here on, not from a press on
        page.goto("/disbursement/sheets")
        return Hands(page, presses)

    yield of
    for context in contexts:
        context.close()


def nothing(_chooser: FileChooser) -> None:
    """The file is chosen where the press is made."""


def a_seeded_day(office: Office) -> None:
    """31 payments that may be made, and two whose firms are called otherwise by now."""
    desk.verified_tranches(office, *([2_000_000] * PAYMENTS))
    for place in (PAYMENTS, PAYMENTS + 1):
        tranche_id = desk.a_verified_tranche(office, place, 2_000_000)
        case_id = desk.tranche_row(office, tranche_id).case_id
        office.perform(desk.rename_firm, SYSTEM, case_id, "改名後股份有限公司")
    desk.an_allotment(office)
    world.at(office, desk.MADE_ON)


def the_sheet(office: Office) -> Sheet:
    with Session(office.engine) as session:
        return session.scalars(select(Sheet)).one()


def the_answer(office: Office, sheet_id: int, folder: Path) -> Path:
    """29 paid, one returned, one that nobody knows."""
    lines = bank.all_paid(office, sheet_id)
    lines[RETURNED - 1] = bank.returned(office, sheet_id, RETURNED, "22")
    known = lines[UNKNOWN - 1]
    lines[UNKNOWN - 1] = replace(bank.stranger(row=known.row), amount=known.amount)
    path = folder / "ACHR01.txt"
    path.write_bytes(bank.as_achr01(*lines))
    return path


def made_checked_approved_and_sent(of: object, office: Office) -> None:
    assert callable(of)
    maker = of(given.ACCOUNTING)
    assert maker.page.locator("tr.stop").count() == 2
    maker.press("j", "Shift+Tab", "Space")
    assert maker.page.locator("input[data-check]:checked").count() == PAYMENTS
    maker.go("Control+Enter", to="**/sheets/*")
    checker = of(given.ACCOUNTING_2)
    checker.go("j", "Enter", to="**/sheets/*")
    checker.go("Enter", to="**/check")
    for _screen in range(PAYMENTS):
        if the_sheet(office).state is SheetState.CHECKED:
            break
        checker.press("Shift+Y")
        checker.page.wait_for_timeout(300)
    assert the_sheet(office).state is SheetState.CHECKED
    for person, step in ((given.MANAGER, "approve"), (given.CASHIER, "send")):
        signer = of(person)
        signer.go("j", "Enter", to="**/sheets/*")
        signer.go("Enter", to=f"**/{step}")
        signer.go("Enter", to="**/sheets/*")


def answered_and_worked_off(cashier: Hands, number: str, path: Path) -> None:
    cashier.go("b", to="**/bank")
    with cashier.page.expect_file_chooser() as chooser:
        cashier.press("b")
    chooser.value.set_files(path)
    cashier.go("Control+Enter", to="**/bank/*")
    assert "確認並登錄 30 筆" in cashier.page.locator("main").inner_text()
    cashier.press("Enter")
    cashier.page.get_by_text("已登錄；2 項待查").wait_for()
    cashier.go("w", to="**/bank/items")
    cashier.go("j", "Enter", to="**/bank/items/*")
    cashier.press("1", "s")
    cashier.write(number)
    cashier.press("Tab")
    cashier.write(str(UNKNOWN))
    cashier.press("Escape", "n")
    cashier.write("匯款單核對")
    cashier.go("Control+Enter", to="**/bank/days")


def test_payment_day_takes_no_more_than_120_presses(
    app: Flask, office: Office, browser: Browser, folder: Path
) -> None:
    a_seeded_day(office)
    presses = Presses()

    with serve(app) as address, hands(app, browser, address, presses) as of:
        made_checked_approved_and_sent(of, office)
        sheet = the_sheet(office)
        assert callable(of)
        cashier = of(given.CASHIER)
        answered_and_worked_off(cashier, sheet.number, the_answer(office, sheet.id, folder))
        cashier.go("z", to="**/bank/days/*")
        cashier.go("z", to="**/bank/days")
        cashier.page.goto(f"/disbursement/sheets/{sheet.id}")
        with cashier.page.expect_download() as downloaded:
            cashier.press("x")
        file = Path(downloaded.value.path()).read_bytes()

    assert presses.count <= PRESSES_MAX, presses.count
    lines = desk.line_rows(office, sheet.id)
    assert [line.position for line in lines if line.state is LineState.RETURNED] == [RETURNED]
    assert sum(line.state is LineState.PAID for line in lines) == PAYMENTS - 1
    assert [each.paid_rows for each in bank.closes(office)] == [PAYMENTS - 1]
    sent, paid = in_ledger(office, sheet.number)
    assert re_read(file) == (PAYMENTS, sent)
    assert paid == Ntd(sent.dollars - lines[RETURNED - 1].amount.dollars)
    signed = {sheet.made_by, the_sheet(office).checked_by, the_sheet(office).approved_by}
    assert len(signed | {the_sheet(office).sent_by}) == 4
    with Session(office.engine) as session:
        assert violations(session) == ()


def in_ledger(office: Office, number: str) -> tuple[Ntd, Ntd]:
    """What the ledger sent for the sheet, and what it paid in all."""
    with Session(office.engine) as session:
        sent = session.execute(
            select(func.sum(LedgerTransfer.quantity)).where(
                LedgerTransfer.key.startswith(f"send:{number}:")
            )
        ).scalar_one()
        return Ntd(int(sent)), budget_line(session, "S01").amount(Stage.DISBURSED)


def re_read(file: bytes) -> tuple[int, Ntd]:
    """The payments of a downloaded sheet and their sum, as another program reads them."""
    (form,) = list(read_workbook(file).sheets.values())[:1]
    label = FORM[8].label
    rows = [row.values for row in form.rows]
    head = next(values for values in (form.header, *rows) if label in values)
    column = head.index(label)
    amounts = [
        int((values[column] or "0").replace(",", ""))
        for values in rows
        if (values[0] or "").isdecimal()
    ]
    return len(amounts), Ntd(sum(amounts))
