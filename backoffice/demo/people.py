"""The people of the demonstration, two of a kind where each step must be another person's."""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.access import SYSTEM, Actor, Role
from backoffice.people.hashing import hash_password
from backoffice.people.operations import add_account
from backoffice.people.rules import DEMONSTRATION_PASSWORD
from backoffice.use_case import Office


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who acts in the story."""

    officer: Actor
    officer_2: Actor
    reviewers: tuple[Actor, ...]
    convenor: Actor
    accounting: Actor
    accounting_2: Actor
    cashier: Actor
    manager: Actor


_PEOPLE = (
    ("officer", "林怡君", Role.OFFICER),
    ("reviewer", "陳美玲", Role.REVIEWER),
    ("convenor", "劉文正", Role.CONVENOR),
    ("accounting", "蔡佩珊", Role.ACCOUNTING),
    ("cashier", "鄭雅文", Role.CASHIER),
    ("manager", "謝明達", Role.MANAGER),
    ("auditor", "郭俊傑", Role.AUDITOR),
    ("admin", "王安", Role.ADMIN),
    ("officer2", "張志明", Role.OFFICER),
    ("reviewer2", "黃國華", Role.REVIEWER),
    ("reviewer3", "吳淑芬", Role.REVIEWER),
    ("reviewer4", "周建宏", Role.REVIEWER),
    ("accounting2", "許家豪", Role.ACCOUNTING),
)


def _email(word: str) -> str:
    return f"{word}@moea.example"


def accounts() -> tuple[tuple[str, str, str], ...]:
    """Address, password and role of each account, as `serve` prints them."""
    return tuple((_email(word), DEMONSTRATION_PASSWORD, role.value) for word, _, role in _PEOPLE)


def add_everybody(office: Office) -> Cast:
    """Add the accounts; the demonstration's one password is hashed once."""
    secret = hash_password(DEMONSTRATION_PASSWORD)  # one that nobody may choose for real
    people: dict[str, Actor] = {}
    for word, name, role in _PEOPLE:
        number = office.perform(
            add_account, SYSTEM, _email(word), name, role, secret, demonstration=True
        )
        people[word] = Actor(number, name, role)
    return Cast(
        officer=people["officer"],
        officer_2=people["officer2"],
        reviewers=tuple(people[w] for w in ("reviewer", "reviewer2", "reviewer3", "reviewer4")),
        convenor=people["convenor"],
        accounting=people["accounting"],
        accounting_2=people["accounting2"],
        cashier=people["cashier"],
        manager=people["manager"],
    )
