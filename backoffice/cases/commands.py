"""The command `backoffice intake`: a workbook is brought in, or only looked at."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access import SYSTEM
from backoffice.cases.models import ImportPile
from backoffice.cases.operations.imports import (
    JudgedWorkbook,
    accept_eligible,
    accept_together,
    bring_in,
    fingerprinted,
    judged,
    notices_of,
    pile_of,
    read_upload,
    told_details,
    uncollected,
)
from backoffice.cases.queries.imports import eligible_ids
from backoffice.cases.queries.seats import by_payment, places_of
from backoffice.cases.rules import Outcome
from backoffice.cases.sentences import detail_sentence, notice_sentence
from backoffice.documents import Upload
from backoffice.kernel.refusal import Refused
from backoffice.messages import sentence, shown
from backoffice.people.operations import make_installation
from backoffice.spreadsheets.limits import INTAKE_LIMITS
from backoffice.use_case import Installation, Office
from backoffice.web import guard

REFUSED = 2  # the exit status when the file itself cannot be taken
TOLD_EVERY = 100  # cases accepted between two lines of progress


@click.command("intake")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only look: nothing is written.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on the standard output.")
@click.option("--accept", is_flag=True, help="Afterwards accept every eligible case, as received.")
@with_appcontext
def intake(file: Path, dry_run: bool, as_json: bool, accept: bool) -> None:
    """Bring in the intake workbook FILE; exit 2 when it is refused as a whole.

    Every case is judged; each admissible new one goes in with its child rows. The same file
    again changes nothing. Progress goes to the standard error.
    """
    upgrade()
    with uncollected():
        _bring(file, dry_run=dry_run, as_json=as_json, accept=accept)


def _bring(file: Path, *, dry_run: bool, as_json: bool, accept: bool) -> None:
    house: guard.House = current_app.extensions[guard.EXTENSION]
    try:
        workbook = _looked_at(house.office, file)
        if not dry_run:
            _make_installation(house)
            workbook = house.office.perform(bring_in, SYSTEM, fingerprinted(workbook))
            _progress(f"已匯入 {len(workbook.new_cases):,} 件")
    except Refused as refusal:
        _refuse(refusal, as_json=as_json)
    if accept and not dry_run:
        _accept(house.office, workbook)
    if as_json:
        told = _with_places(house.office, workbook.result.document(detail_sentence))
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _tell(workbook)


def _looked_at(office: Office, file: Path) -> JudgedWorkbook:
    size = file.stat().st_size
    if size > INTAKE_LIMITS.file_bytes:
        raise Refused("workbook.too_large", bytes=size, limit=INTAKE_LIMITS.file_bytes)
    read = read_upload(Upload(file.name, file.read_bytes()))
    rows = sum(len(sheet.rows) for sheet in read.sheets.values())
    _progress(f"已讀取 {rows:,} 列")
    with Session(office.engine) as session:
        workbook = judged(session, read)
    _progress(f"已核對 {len(workbook.result.cases):,} 件")
    for code, facts in notices_of(workbook):
        _progress(notice_sentence(code, facts))
    return workbook


def _make_installation(house: guard.House) -> None:
    """An empty database becomes a place of real work, or a demonstration if its clock is set."""
    with Session(house.office.engine) as session:
        made = session.execute(select(Installation.id)).first()
    if made is None:
        demonstration = house.clock_notice() is not None
        house.office.perform(make_installation, SYSTEM, demonstration=demonstration)


def _accept(office: Office, workbook: JudgedWorkbook) -> None:
    with Session(office.engine) as session:
        waiting = eligible_ids(session, workbook.result.cases)
        together = by_payment(session, waiting)
    for ids in together.values():
        office.perform(accept_together, SYSTEM, ids)
    done = {case_id for ids in together.values() for case_id in ids}
    for count, case_id in enumerate(waiting, 1):
        if case_id not in done:
            office.perform(accept_eligible, SYSTEM, case_id)
        if count % TOLD_EVERY == 0 or count == len(waiting):
            _progress(f"已受理 {count:,} / {len(waiting):,} 件")


def _with_places(office: Office, told: dict[str, Any]) -> dict[str, Any]:
    """The cases with the place or the position in line that they have by now."""
    cases: dict[str, dict[str, Any]] = told["cases"]
    with Session(office.engine) as session:
        places = places_of(session, cases.keys())
    for number, (seat, waitlist) in places.items():
        cases[number] |= {"seat": seat, "waitlist": waitlist}
    return told


def _refuse(refusal: Refused, *, as_json: bool) -> NoReturn:
    told = sentence(refusal)
    if as_json:
        refused = {"refused": {"code": refusal.code, "message": told}}
        click.echo(json.dumps(refused, ensure_ascii=False))
    click.echo(told, err=True)
    sys.exit(REFUSED)


def _tell(workbook: JudgedWorkbook) -> None:
    counts = workbook.result.summary()
    for outcome in Outcome:
        click.echo(f"{shown(outcome)} {counts.get(outcome.value, 0):,}")
    for detail in told_details(workbook.result):
        if pile_of(detail) is ImportPile.CANNOT_ENTER:
            place = f"{detail.sheet} {detail.row} {detail.column or ''}".rstrip()
            click.echo(f"{place}　{detail.code}　{detail_sentence(detail)}")


def _progress(line: str) -> None:
    click.echo(line, err=True)
