"""The audit for its reader: who did what and when, a case's history as a file, and the proof."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain, groupby, islice
from typing import Any

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission, Role
from backoffice.audit import Head, canonical, head
from backoffice.audit import verify as walk
from backoffice.cases.queries import CaseHead, case_head
from backoffice.db import sessions
from backoffice.messages import act_words, shown
from backoffice.messages.records import (
    field_words,
    names_a_person,
    subject_words,
    value_words,
)
from backoffice.reports.forms import AuditForm, ExportForm, VerifyForm
from backoffice.reports.operations import BROKEN_MAX, export_case_history, keep_verification
from backoffice.reports.queries.audit import (
    AuditRow,
    ExportedEntry,
    Wanted,
    case_numbered,
    entry_count,
    exported,
    last_verification,
    people,
    trail,
)
from backoffice.reports.rules import Fault
from backoffice.reports.views.blueprint import blueprint
from backoffice.reports.views.entries import page_key
from backoffice.spreadsheets.layout import CellValue, Column, ColumnKind
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.lists import Listing, recorded_list
from backoffice.web.render import render

NOBODY = -1  # no case has this number: the page then says that none was found


@dataclass(frozen=True, slots=True)
class ReadableChange:
    """A column of a changed row, before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReadableEntry:
    """One changed row, in words; `kind` is "new", "changed", or what a bulk deed recorded."""

    seq: int
    subject: str
    subject_id: int | None
    kind: str
    changes: tuple[ReadableChange, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """What one act did, as far as it stands on this page."""

    at: datetime
    who: str
    role: str
    what: str
    note: str
    case_id: int | None
    case_number: str | None
    entries: tuple[ReadableEntry, ...]


@blueprint.get("/audit")
@page(requires=Permission.AUDIT_READ)
def audit() -> Response:
    """Every deed, newest first, found by person, deed, case and day."""
    session, form = sessions.session(), AuditForm()
    names = {0: gettext("系統"), **dict(people(session))}
    everybody = [(str(number), name) for number, name in names.items()]
    form.offer([("", gettext("全部人員")), *everybody])
    number = form.case.text
    case_id = case_numbered(session, number) if number else None
    found = trail(session, wanted_entries(form, case_id), before=page_key())
    kept = {
        name: form[name].data
        for name in ("person", "act", "case", "since", "until")
        if form[name].data
    }
    return render(
        form=form,
        deeds=[
            _deed(list(rows), names) for _act, rows in groupby(found.rows, lambda row: row.act_seq)
        ],
        count=len(found.rows),
        case_missing=bool(number) and case_id is None,
        export_url=_export_url(case_id),
        may_export=guard.actor().may(Permission.AUDIT_EXPORT),
        first_url=url_for("reports.audit", **kept) if page_key() else "",
        next_url=(
            url_for("reports.audit", before=found.next_before, **kept) if found.next_before else ""
        ),
        cases=url_for("cases.queue") if guard.actor().may(Permission.CASE_READ) else "",
        head=head(session),
    )


def _export_url(case_id: int | None) -> str:
    if case_id is None or not guard.actor().may(Permission.AUDIT_EXPORT):
        return ""
    return url_for("reports.audit_case", case_id=case_id)


def wanted_entries(form: AuditForm, case_id: int | None) -> Wanted:
    """What the address of the audit asks for; `case_id` None when it names no known case."""
    person = str(form.person.data or "")
    return Wanted(
        actor_id=int(person) if person.isdecimal() and len(person) < 19 else None,
        act=form.act.data or None,
        case_id=(NOBODY if case_id is None else case_id) if form.case.text else None,
        since=form.since.parsed if form.since.data else None,
        until=form.until.parsed if form.until.data else None,
    )


def _deed(rows: Sequence[AuditRow], names: Mapping[int, str]) -> Deed:
    first = rows[0]
    about = next((row for row in rows if row.case_id is not None), first)
    return Deed(
        at=first.at,
        who=gettext("系統") if first.actor_role == Role.SYSTEM else first.actor_name,
        role=shown(Role(first.actor_role)),
        what=act_words(first.act),
        note=first.note,
        case_id=about.case_id,
        case_number=about.case_number,
        entries=tuple(_readable(row, names) for row in reversed(rows)),
    )


def _readable(row: AuditRow, names: Mapping[int, str]) -> ReadableEntry:
    return ReadableEntry(
        seq=row.seq,
        subject=subject_words(row.subject),
        subject_id=row.subject_id,
        kind=row.kind,
        changes=tuple(
            ReadableChange(
                field_words(row.subject, field),
                _value(row.subject, field, before, names),
                _value(row.subject, field, after, names),
            )
            for field, (before, after) in row.changes.items()
            if field != "id"  # stands beside the subject already
        ),
    )


def _value(subject: str, field: str, value: Any, names: Mapping[int, str]) -> str:
    """A value in words; somebody's account by the name, where it is among `names`."""
    if names_a_person(field, value) and value in names:
        return names[value]
    return value_words(subject, field, value)


@blueprint.route("/audit/cases/<int:case_id>", methods=["GET", "POST"])
@page(requires=Permission.AUDIT_EXPORT)
def audit_case(case_id: int) -> ResponseReturnValue:
    """Take a case's whole history out as a file; that it was taken stands in the history too."""
    session = sessions.session()
    about = case_head(session, case_id)
    form = ExportForm()
    if form.submitted() and form.attempt(export_case_history, case_id, form.reason.text):
        return _file(about, form.kind.data)
    return render(about=about, form=form, count=entry_count(session, case_id), head=head(session))


def _file(about: CaseHead, kind: str) -> Response:
    # What this request has read is older than the act above; a new session sees it.
    sessions.session.remove()
    session = sessions.session()
    end = head(session)
    names = dict(people(session))
    entries = exported(session, about.id, last=end.seq)
    lines = chain((_line(entry, names) for entry in entries), [_end(end)])
    asked = [(gettext("案件"), about.number)]
    listing = Listing(gettext("案件歷程"), _columns(), lines, asked)
    return recorded_list(session, listing, kind, f"timeline-{about.number}")


def _columns() -> list[Column]:
    return [
        Column(gettext("序號"), ColumnKind.COUNT),
        Column(gettext("時間"), ColumnKind.INSTANT),
        Column(gettext("人員")),
        Column(gettext("角色")),
        Column(gettext("行為")),
        Column(gettext("對象")),
        Column(gettext("變更")),
        Column(gettext("理由")),
        Column(gettext("雜湊內容")),
        Column("SHA-256"),
    ]


def _line(entry: ExportedEntry, names: Mapping[int, str]) -> list[CellValue]:
    """An entry in words, with the text of which its hash is made, so that it can be recomputed."""
    content = {name: value for name, value in asdict(entry).items() if name != "hash"}
    changes = json.loads(entry.changes)
    return [
        entry.seq,
        entry.at,
        entry.actor_name,
        shown(Role(entry.actor_role)),
        act_words(entry.act),
        " ".join(filter(None, (subject_words(entry.subject), str(entry.subject_id or "")))),
        change_words(entry.subject, changes, names),
        entry.note,
        canonical(content),
        entry.hash,
    ]


def change_words(subject: str, changes: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """What changed, column by column, before and after; accounts by name where among `names`."""
    return gettext("；").join(
        gettext(
            "%(field)s：%(before)s → %(after)s",
            field=field_words(subject, field),
            before=_value(subject, field, before, names),
            after=_value(subject, field, after, names),
        )
        for field, (before, after) in changes.items()
    )


def _end(end: Head) -> list[CellValue]:
    """The chain's present end, so that a tail cut off later can be noticed."""
    return [end.seq, None, None, None, gettext("稽核鏈末端"), None, None, None, None, end.hash]


@blueprint.route("/verify", methods=["GET", "POST"])
@page(requires=Permission.AUDIT_READ)
def verify() -> ResponseReturnValue:
    """Walk the chain from its first entry to its last, and keep what came of it."""
    session, form = sessions.session(), VerifyForm()
    end = head(session)
    if form.submitted():
        broken = tuple((found.seq, found.reason) for found in islice(walk(session), BROKEN_MAX))
        if form.attempt(keep_verification, end.seq, end.hash, broken):
            return redirect(url_for("reports.verify"), code=303)
    last = last_verification(session)
    return render(
        form=form,
        head=end,
        last=last,
        faults=[(seq, Fault(reason)) for seq, reason in last.broken] if last else [],
        at_most=BROKEN_MAX,
    )
