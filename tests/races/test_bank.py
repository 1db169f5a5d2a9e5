"""64 cashiers confirm one answer, load one file, or close one day: it is done once."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.disbursement.models import BankAnswer, BankItem, DayClose
from backoffice.disbursement.operations.bank import close_day, confirm_answer
from backoffice.disbursement.rules.bank import BankClass
from backoffice.disbursement.rules.lifecycles import LineState
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.money import Ntd
from backoffice.ledger.queries import budget_line
from backoffice.ledger.rules import Stage
from backoffice.use_case import Office
from backoffice.web import guard
from tests import given
from tests.given import bank
from tests.given import sheets as desk
from tests.races.contest import CONTENDERS, contest

CONTENT = (
    "清冊編號,序號,案件編號,金額,結果,入帳日或退匯日\r\n"
    "112-S01-0001,1,S01-112-000001,1500000,入帳,112/11/20\r\n"
).encode()


def office_of(app: Flask) -> Office:
    house: guard.House = app.extensions[guard.EXTENSION]
    return house.office


def confirm_the_answer(app: Flask, _number: int) -> None:
    office_of(app).perform(confirm_answer, given.CASHIER, 1, 1)


def load_the_file(app: Flask, _number: int) -> None:
    bank.load_file(office_of(app), CONTENT)


def close_the_day(app: Flask, _number: int) -> None:
    office_of(app).perform(close_day, given.CASHIER, bank.PAID_ON)


def confirm_or_settle(app: Flask, number: int) -> None:
    if number % 2:
        confirm_the_answer(app, number)
        return
    office = office_of(app)
    desk.settle(office, 1, desk.paid(desk.line_rows(office, 1)[0]))


def count(office: Office, model: type[BankAnswer | BankItem | DayClose]) -> int:
    with Session(office.engine) as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_one_answer_is_confirmed_once(
    app: Flask, office: Office, clock: FixedClock, tmp_path: Path, database_url: str
) -> None:
    sheet_id = desk.a_sent_sheet(office, 3_000_000, 2_999_998)
    bank.load(office, *bank.all_paid(office, sheet_id))

    outcomes = contest(database_url, tmp_path, clock, confirm_the_answer)

    assert outcomes["done"] == 1
    assert outcomes["done"] + outcomes["stale"] == CONTENDERS
    assert count(office, BankItem) == 2
    with Session(office.engine) as session:
        assert budget_line(session, "S01").amount(Stage.DISBURSED) == Ntd(2_999_999)


def test_one_file_is_kept_once(
    app: Flask, office: Office, clock: FixedClock, tmp_path: Path, database_url: str
) -> None:
    desk.a_sent_sheet(office)

    outcomes = contest(database_url, tmp_path, clock, load_the_file)

    assert outcomes["done"] == CONTENDERS
    assert count(office, BankAnswer) == 1


def test_one_day_is_closed_once(
    app: Flask, office: Office, clock: FixedClock, tmp_path: Path, database_url: str
) -> None:
    sheet_id = desk.a_sent_sheet(office)
    bank.answer(office, *bank.all_paid(office, sheet_id))

    outcomes = contest(database_url, tmp_path, clock, close_the_day)

    assert (outcomes["done"], outcomes["bank.day_closed"]) == (1, CONTENDERS - 1)
    assert count(office, DayClose) == 1


def test_a_payment_is_settled_by_hand_or_by_the_answer_never_by_both(
    app: Flask, office: Office, clock: FixedClock, tmp_path: Path, database_url: str
) -> None:
    sheet_id = desk.a_sent_sheet(office)
    answer_id = bank.load(office, *bank.all_paid(office, sheet_id))

    contest(database_url, tmp_path, clock, confirm_or_settle)

    assert [line.state for line in desk.line_rows(office, sheet_id)] == [LineState.PAID]
    assert bank.kinds(office, answer_id) in ([BankClass.PAID], [BankClass.LATE])
    with Session(office.engine) as session:
        assert budget_line(session, "S01").amount(Stage.DISBURSED) == Ntd(1_500_000)
