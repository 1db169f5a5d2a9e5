"""What an operator does to accounts without a browser: `backoffice people …`."""

from __future__ import annotations

import secrets
import sys

import click
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import STAFF_ROLES, SYSTEM, Role
from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence
from backoffice.people import operations
from backoffice.use_case import Installation, Office
from backoffice.web import guard

people = AppGroup("people", help="Staff accounts.")


@people.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in STAFF_ROLES]),
    help="The role.",
)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the standard input's first line."
)
def add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add an account; without a password, print a one-time link with which to set one.

    Creates or upgrades the database first; an empty one becomes a place of real work, unless
    BACKOFFICE_NOW is set, which makes it a demonstration for ever.
    """
    upgrade()
    house: guard.House = current_app.extensions[guard.EXTENSION]
    try:
        _make_installation(house)
        if password_stdin:
            _add(house.office, email, name, Role(role))
        else:
            _invite(house.office, email, name, Role(role))
    except Refused as refusal:
        raise click.ClickException(sentence(refusal)) from refusal


def _make_installation(house: guard.House) -> None:
    with Session(house.office.engine) as session:
        made = session.execute(select(Installation.id)).first()
    if made is None:
        demonstration = house.clock_notice() is not None
        house.office.perform(operations.make_installation, SYSTEM, demonstration=demonstration)


def _add(office: Office, email: str, name: str, role: Role) -> None:
    password = sys.stdin.readline().rstrip("\r\n")
    hashed = operations.hashed(password, name=name, email=email)
    office.perform(operations.add_account, SYSTEM, email, name, role, hashed)
    click.echo(f"{operations.canonical_email(email)} {role.value}")


def _invite(office: Office, email: str, name: str, role: Role) -> None:
    token = secrets.token_urlsafe(operations.LINK_BYTES)
    office.perform(operations.invite, SYSTEM, email, name, role, operations.token_digest(token))
    click.echo(f"{operations.canonical_email(email)} {role.value}")
    click.echo(f"/invitation/{token}")
