"""Process, audit and storage: moves by the tables only, a whole chain, whole imports and files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from backoffice import audit
from backoffice.audit import AuditEntry
from backoffice.cases.models import Case, Import, ImportState, Turn, WaitingFor
from backoffice.cases.rules.lifecycle import CASE, FINISHED
from backoffice.db import dangling_references
from backoffice.disbursement.rules.endings import ENDING
from backoffice.disbursement.rules.lifecycles import CHECKPOINT, SHEET, SHEET_LINE, TRANCHE
from backoffice.disbursement.rules.loans import BANK_LINE, LOAN
from backoffice.disbursement.rules.recoveries import RECOVERY
from backoffice.documents import Document, StoredContent
from backoffice.invariants.register import Found, invariant
from backoffice.people.models import Account, AccountState, SignInSession
from backoffice.review.rules.lifecycles import ASSIGNMENT, OFFER, PANEL, SCORE_SHEET
from backoffice.scheme import registry

_TABLES: Mapping[str, Any] = {
    "case": CASE,
    "assignment": ASSIGNMENT,
    "offer": OFFER,
    "panel": PANEL,
    "score_sheet": SCORE_SHEET,
    "tranche": TRANCHE,
    "checkpoint": CHECKPOINT,
    "sheet": SHEET,
    "sheet_line": SHEET_LINE,
    "ending": ENDING,
    "recovery": RECOVERY,
    "registered_loan": LOAN,
    "bank_claim_line": BANK_LINE,
}


@invariant("I-41 only listed moves happened")
def only_listed_moves(session: Session) -> Found:
    """Every change of a state in the audit, against the table of its lifecycle.

    One act may make several moves in a row, so a change is allowed when moves lead there.
    """
    reach = {name: _reachable(table) for name, table in _TABLES.items()}
    for row in session.execute(
        select(AuditEntry.seq, AuditEntry.subject, AuditEntry.changes)
        .where(
            AuditEntry.kind == "changed",
            AuditEntry.subject.in_(_TABLES),
            AuditEntry.changes.like('%"state":%'),
        )
        .order_by(AuditEntry.seq),
        execution_options={"yield_per": 2000},
    ):
        before, after = json.loads(row.changes)["state"]
        if after not in reach[row.subject].get(before, ()):
            yield f"audit entry {row.seq}", f"{row.subject} went from {before} to {after}"


def _reachable(lifecycle: Any) -> dict[str, set[str]]:
    steps: dict[str, set[str]] = {}
    for state, _event, target in lifecycle.moves:
        steps.setdefault(state.value, set()).add(target.value)
    reach = {state: set(targets) for state, targets in steps.items()}
    for _round in range(2):
        for targets in reach.values():
            for target in tuple(targets):
                targets |= steps.get(target, set())
    return reach


@invariant("I-43 the audit chain is whole")
def chain_is_whole(session: Session) -> Found:
    """From the first entry to the head, no gap and no altered row."""
    for broken in audit.verify(session):
        yield f"audit entry {broken.seq}", broken.reason


@invariant("I-42 every case has its entry in the audit")
def cases_are_audited(session: Session) -> Found:
    """A row that came in by another way than the door would have none."""
    entry = aliased(AuditEntry)
    for row in session.execute(
        select(Case.number).where(~exists().where(entry.case_id == Case.id)).limit(100)
    ):
        yield row.number, "no audit entry"


@invariant("I-30 no case is forgotten")
def no_case_is_forgotten(session: Session) -> Found:
    """A live case waits for somebody; a finished one for nobody."""
    for row in session.execute(
        select(Case.number, Case.state, Case.waiting_for, Case.turn).where(
            (
                Case.state.in_(FINISHED)
                & ((Case.waiting_for != WaitingFor.NOBODY) | (Case.turn != Turn.DONE))
            )
            | (
                Case.state.not_in(FINISHED)
                & ((Case.waiting_for == WaitingFor.NOBODY) | (Case.turn == Turn.DONE))
            )
        )
    ):
        yield row.number, f"{row.state} waits for {row.waiting_for}"


@invariant("I-45 an import is whole")
def imports_are_whole(session: Session) -> Found:
    """As many cases as it says, or none while it is only a preview."""
    counted = (
        select(Case.import_id, func.count().label("cases")).group_by(Case.import_id).subquery()
    )
    for row in session.execute(
        select(
            Import.id,
            Import.state,
            Import.case_count,
            func.coalesce(counted.c.cases, 0).label("cases"),
        ).outerjoin(counted, counted.c.import_id == Import.id)
    ):
        expected = row.case_count if row.state is ImportState.CONFIRMED else 0
        if row.cases != expected:
            yield f"import {row.id}", f"{row.cases} cases, should be {expected}"


@invariant("I-46 every reference leads somewhere")
def references_hold(session: Session) -> Found:
    """SQLite checks foreign keys only where they are switched on; this looks at what is there."""
    for table, row, missing in dangling_references(session):
        yield f"{table} {row}", f"refers to a missing {missing}"


@invariant("I-47 every document has its bytes")
def documents_have_bytes(session: Session) -> Found:
    """The content table holds what each document's hash names."""
    for row in session.execute(
        select(Document.id).where(~exists().where(StoredContent.sha256 == Document.sha256))
    ):
        yield f"document {row.id}", "its content is missing"


@invariant("I-48 nobody without an active account is signed in")
def no_session_of_the_closed(session: Session) -> Found:
    """Sessions end with the account."""
    for row in session.execute(
        select(SignInSession.id, Account.state)
        .join(Account, Account.id == SignInSession.account_id)
        .where(SignInSession.revoked_at.is_(None), Account.state != AccountState.ACTIVE)
    ):
        yield f"session {row.id}", f"alive, but its account is {row.state}"


@invariant("I-49 every case's edition is a published one")
def editions_exist(session: Session) -> Found:
    """A case keeps the edition that was in force when it was received."""
    published = {
        str(edition.key) for key in registry.schemes() for edition in registry.editions_of(key)
    }
    for row in session.execute(select(Case.edition).distinct()):
        if row.edition not in published:
            yield row.edition, "no such edition"
