"""Choosing a password: everything slow happens here, before the act."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.access import Actor
from backoffice.kernel.refusal import Refused
from backoffice.people import hashing
from backoffice.people.operations.own import accept_link, set_password
from backoffice.people.operations.sign_in import prove, token_digest
from backoffice.people.queries import PasswordFacts, link_facts, password_facts
from backoffice.people.rules.passwords import REMEMBERED, acceptable
from backoffice.use_case import Office


def hashed(password: str, *, name: str, email: str) -> str:
    """The hash of a password that the rules take, for an account that is being added."""
    return hashing.hash_password(acceptable(password, name=name, email=email))


def change_password(
    office: Office,
    session: Session,
    actor: Actor,
    *,
    present: str,
    new: str,
    session_id: int,
    network: str,
) -> None:
    """Change the own password, which asks for the present one.

    Refuses what the rules refuse, "people.password_reused", and "people.password_wrong": wrong
    guesses here count and lock like those at the door.
    """
    facts = password_facts(session, actor.id)
    plain = acceptable(new, name=facts.name, email=facts.email)
    try:
        proved = prove(office, facts.email, present, network)
    except Refused as refusal:
        raise Refused("people.password_wrong") from refusal
    _refuse_reuse(facts, plain)
    new_hash = hashing.hash_password(plain)
    office.perform(set_password, actor, proved.password_hash, new_hash, session_id)


def use_link(office: Office, session: Session, token: str, password: str) -> str:
    """Set the password with a one-time link; the address with which to sign in now.

    Refuses what the rules refuse, "people.password_reused" and "people.link_void".
    """
    facts = link_facts(session, token_digest(token), office.clock.now())
    if facts is None:
        raise Refused("people.link_void")
    plain = acceptable(password, name=facts.name, email=facts.email)
    _refuse_reuse(facts, plain)
    new_hash = hashing.hash_password(plain)
    office.perform(accept_link, facts.actor, token_digest(token), new_hash)
    return facts.email


def _refuse_reuse(facts: PasswordFacts, password: str) -> None:
    if any(hashing.matches(used, password) for used in facts.recent_hashes):
        raise Refused("people.password_reused", count=REMEMBERED)
