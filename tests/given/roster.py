"""The people of every test database, in the order in which they are added."""

from __future__ import annotations

from backoffice.access import SYSTEM, Actor, Role
from backoffice.people.operations import add_account
from backoffice.use_case import Office

PASSWORD = "Correct-Horse-7-Battery"


def _person(number: int, name: str, role: Role) -> Actor:
    return Actor(id=number, name=name, role=role)


ADMIN = _person(1, "管理 王安", Role.ADMIN)
OFFICER = _person(2, "承辦 林怡君", Role.OFFICER)
OFFICER_2 = _person(3, "承辦 張志明", Role.OFFICER)
REVIEWER = _person(4, "委員 陳美玲", Role.REVIEWER)
REVIEWER_2 = _person(5, "委員 黃國華", Role.REVIEWER)
REVIEWER_3 = _person(6, "委員 吳淑芬", Role.REVIEWER)
REVIEWER_4 = _person(7, "委員 周建宏", Role.REVIEWER)
CONVENOR = _person(8, "召集人 劉文正", Role.CONVENOR)
ACCOUNTING = _person(9, "主計 蔡佩珊", Role.ACCOUNTING)
ACCOUNTING_2 = _person(10, "主計 許家豪", Role.ACCOUNTING)
CASHIER = _person(11, "出納 鄭雅文", Role.CASHIER)
MANAGER = _person(12, "主管 謝明達", Role.MANAGER)
AUDITOR = _person(13, "稽核 郭俊傑", Role.AUDITOR)

ROSTER = (
    ADMIN,
    OFFICER,
    OFFICER_2,
    REVIEWER,
    REVIEWER_2,
    REVIEWER_3,
    REVIEWER_4,
    CONVENOR,
    ACCOUNTING,
    ACCOUNTING_2,
    CASHIER,
    MANAGER,
    AUDITOR,
)


def email_of(person: Actor) -> str:
    """The address with which a person of the roster signs in."""
    return f"{person.role.value}{person.id}@office.example"


def add_everybody(office: Office, password_hash: str) -> None:
    """Add the roster; their numbers are those of the constants above."""
    for person in ROSTER:
        number = office.perform(
            add_account, SYSTEM, email_of(person), person.name, person.role, password_hash
        )
        assert number == person.id
