"""The one door: permission, one transaction, one instant, one key; and nothing beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError

from backoffice.access import SYSTEM, Actor, Permission
from backoffice.audit import AuditEntry
from backoffice.cases.models import CaseNote
from backoffice.db import WriteOutsideAct, sessions
from backoffice.kernel.clock import FixedClock
from backoffice.kernel.refusal import Refused, Stale
from backoffice.people.models import Account
from backoffice.use_case import Act, Office, use_case
from tests import given


@use_case("test.rename", requires=Permission.PEOPLE_MANAGE)
def rename(act: Act, account_id: int, name: str, *, fail: bool = False) -> str:
    account = act.session.get_one(Account, account_id)
    account.name = name
    act.because("更名")
    if fail:
        act.session.flush()
        raise Refused("case.finished", number="x", state="y")
    return name


@use_case("test.bulk", requires=Permission.PEOPLE_MANAGE)
def bulk(act: Act) -> None:
    act.session.execute(update(Account).values(name="everybody"))


@use_case("test.stale", requires=Permission.PEOPLE_MANAGE)
def lose_a_race(act: Act, office: Office, account_id: int) -> None:
    account = act.session.get_one(Account, account_id)
    account.version = account.version - 1 if account.version > 1 else 99
    raise Stale


def name_of(app: Flask, account_id: int) -> str:
    with app.app_context():
        return (
            sessions.session()
            .execute(select(Account.name).where(Account.id == account_id))
            .scalar_one()
        )


def test_a_deed_without_the_permission_is_refused_and_nothing_is_written(
    office: Office, app: Flask
) -> None:
    with pytest.raises(Refused) as refusal:
        office.perform(rename, given.OFFICER, given.OFFICER.id, "別人")

    assert refusal.value.code == "access.denied"
    assert name_of(app, given.OFFICER.id) == given.OFFICER.name


def test_a_refusal_after_a_write_undoes_the_write_and_its_audit(office: Office, app: Flask) -> None:
    with app.app_context():
        before = sessions.session().execute(select(AuditEntry.seq)).all()

    with pytest.raises(Refused):
        office.perform(rename, given.ADMIN, given.OFFICER.id, "別人", fail=True)

    assert name_of(app, given.OFFICER.id) == given.OFFICER.name
    with app.app_context():
        assert sessions.session().execute(select(AuditEntry.seq)).all() == before


def test_a_change_is_audited_with_before_after_person_instant_and_reason(
    office: Office, app: Flask, clock: FixedClock
) -> None:
    clock.advance(hours=5)

    office.perform(rename, given.ADMIN, given.OFFICER.id, "林怡君（改）")

    with app.app_context():
        entry = (
            sessions.session()
            .execute(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1))
            .scalar_one()
        )
    assert entry.changes.count("林怡君（改）") == 1
    assert (entry.act, entry.actor_id, entry.subject, entry.subject_id, entry.note) == (
        "test.rename",
        given.ADMIN.id,
        "account",
        given.OFFICER.id,
        "更名",
    )
    assert entry.at == clock.now()


def test_the_second_click_gets_the_first_answer_and_changes_nothing(
    office: Office, app: Flask
) -> None:
    first = office.perform_once("key", rename, given.ADMIN, given.OFFICER.id, "一次")
    office.perform(rename, given.ADMIN, given.OFFICER.id, "之後")

    second = office.perform_once("key", rename, given.ADMIN, given.OFFICER.id, "一次")

    assert first == second == "一次"
    assert name_of(app, given.OFFICER.id) == "之後"


@pytest.mark.parametrize(
    ("actor", "name"),
    [(given.ADMIN, "另一件事"), (SYSTEM, "一次")],
    ids=["other body", "other person"],
)
def test_a_key_used_for_something_else_is_refused(office: Office, actor: Actor, name: str) -> None:
    office.perform_once("key", rename, given.ADMIN, given.OFFICER.id, "一次")

    with pytest.raises(Refused) as refusal:
        office.perform_once("key", rename, actor, given.OFFICER.id, name)

    assert refusal.value.code == "act.key_misused"


def test_a_refused_deed_leaves_its_key_free(office: Office) -> None:
    with pytest.raises(Refused):
        office.perform_once("key", rename, given.ADMIN, given.OFFICER.id, "一次", fail=True)

    assert office.perform_once("key", rename, given.ADMIN, given.OFFICER.id, "一次") == "一次"


def test_a_bulk_statement_inside_an_act_must_say_that_it_is_audited(office: Office) -> None:
    with pytest.raises(WriteOutsideAct):
        office.perform(bulk, given.ADMIN)


def test_a_page_cannot_write_through_its_session(app: Flask) -> None:
    with app.app_context():
        session = sessions.session()
        for statement in (
            update(Account).values(name="x"),
            insert(Account),
            text("UPDATE account SET name = 'x'"),
        ):
            with pytest.raises(WriteOutsideAct):
                session.execute(statement)
        session.add(CaseNote(case_id=1, author_id=1, author_name="x", text="x"))
        with pytest.raises(WriteOutsideAct):
            session.flush()


def test_a_page_cannot_write_behind_its_session_either(app: Flask) -> None:
    with app.app_context():
        connection = sessions.session().connection()
        with pytest.raises(DBAPIError):
            connection.exec_driver_sql("UPDATE account SET name = 'x'")
        sessions.session.remove()


def test_two_reads_of_one_page_see_one_moment(office: Office, app: Flask) -> None:
    with app.app_context():
        session = sessions.session()
        before = session.execute(select(Account.name).where(Account.id == 2)).scalar_one()
        office.perform(rename, given.ADMIN, 2, "換了")

        again = session.execute(select(Account.name).where(Account.id == 2)).scalar_one()

        assert again == before
        sessions.session.remove()
    assert name_of(app, 2) == "換了"


def test_the_act_has_one_instant(office: Office, clock: FixedClock) -> None:
    @use_case("test.now", requires=Permission.PEOPLE_MANAGE)
    def look_twice(act: Act) -> timedelta:
        first = act.now
        clock.advance(seconds=3)
        return act.now - first

    assert office.perform(look_twice, given.ADMIN) == timedelta(0)
