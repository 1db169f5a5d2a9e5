"""Checkpoints 查核點: the firm's report, the officer's decision, and the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import or_, select

from backoffice.access import Permission
from backoffice.cases.models import Case
from backoffice.disbursement.models import Checkpoint
from backoffice.disbursement.operations.cases import edition_of, today
from backoffice.disbursement.operations.turns import pass_turn
from backoffice.disbursement.rules.checkpoints import EXECUTING, deciding_refusal, reporting_refusal
from backoffice.disbursement.rules.lifecycles import CheckpointEvent, CheckpointState
from backoffice.disbursement.rules.stages import (
    Letter,
    check_correction,
    check_letter,
    check_reason,
)
from backoffice.documents import Upload, keep_pdf
from backoffice.kernel.refusal import Refused, Stale
from backoffice.scheme import registry
from backoffice.scheme.rules import Checkpoints
from backoffice.use_case import Act, use_case

BATCH = 500


@use_case("checkpoint.report", requires=Permission.CHECKPOINT_WORK)
def report_checkpoint(
    act: Act,
    checkpoint_id: int,
    version: int,
    letter: Letter,
    text: str,
    evidence: Upload | None,
) -> None:
    """Enter the firm's report on a checkpoint with its evidence; it waits for a decision.

    Refuses "lifecycle.not_allowed", "checkpoint.not_executing", "letter.missing",
    "letter.in_future", and what `keep_pdf` refuses.
    """
    checkpoint, case = _at(act, checkpoint_id, version)
    if refusal := reporting_refusal(checkpoint.state, case.state):
        raise refusal
    check_letter(letter, today(act))
    if evidence is None:
        raise Refused("document.missing")
    document_id = keep_pdf(act, evidence, kind="checkpoint", case_id=case.id)
    checkpoint.move(CheckpointEvent.REPORT)
    checkpoint.reported_on = letter.on
    checkpoint.report_letter = letter.number.strip()
    checkpoint.report_text = text.strip()
    checkpoint.document_id = document_id
    pass_turn(act, case)


@use_case("checkpoint.accept", requires=Permission.CHECKPOINT_WORK)
def accept_checkpoint(act: Act, checkpoint_id: int, version: int, note: str) -> None:
    """Accept a reported checkpoint 達成: its whole weight counts, and it never changes again."""
    checkpoint, case = _at(act, checkpoint_id, version)
    if refusal := deciding_refusal(checkpoint.state, case.state):
        raise refusal
    checkpoint.move(CheckpointEvent.ACCEPT)
    _decided(act, checkpoint, note)
    pass_turn(act, case)


@use_case("checkpoint.reject", requires=Permission.CHECKPOINT_WORK)
def reject_checkpoint(
    act: Act, checkpoint_id: int, version: int, reason: str, correct_by: date | None
) -> None:
    """Send a report back to be corrected by a day at most a month off, with the reason.

    Refuses "note.missing", "stage.correction_undated", "stage.correction_past",
    "stage.correction_too_late".
    """
    checkpoint, case = _at(act, checkpoint_id, version)
    if refusal := deciding_refusal(checkpoint.state, case.state):
        raise refusal
    check_reason(reason)
    check_correction(correct_by, today(act), _rules(case).correction_months)
    checkpoint.move(CheckpointEvent.REJECT)
    checkpoint.correct_by = correct_by
    _decided(act, checkpoint, reason)
    pass_turn(act, case)


@use_case("checkpoint.come_due", requires=Permission.SYSTEM)
def come_due(act: Act) -> int:
    """Move checkpoints on with the calendar 到期・逾期; how many moved, at most 500 at a time.

    For the nightly worker, which goes on until the answer is 0. Pages do not wait for it.
    """
    editions = act.session.scalars(
        select(Case.edition)
        .distinct()
        .where(Case.state.in_(EXECUTING))
        .order_by(Case.edition)
        .limit(BATCH)
    ).all()
    moved = 0
    for name in editions:
        rules = registry.edition_named(name).checkpoints
        if rules is not None and moved < BATCH:
            moved += _come_due(act, name, rules.grace_days, BATCH - moved)
    return moved


def _come_due(act: Act, edition: str, grace_days: int, limit: int) -> int:
    """Checkpoints of one edition whose day has come, or whose grace has passed."""
    day = today(act)
    is_over = or_(
        Checkpoint.correct_by < day,
        Checkpoint.correct_by.is_(None) & (Checkpoint.due_on < day - timedelta(days=grace_days)),
    )
    rows = act.session.scalars(
        select(Checkpoint)
        .join(Case, Case.id == Checkpoint.case_id)
        .where(
            Case.edition == edition,
            Case.state.in_(EXECUTING),
            or_(
                (Checkpoint.state == CheckpointState.PLANNED) & (Checkpoint.due_on <= day),
                (Checkpoint.state == CheckpointState.DUE) & is_over,
            ),
        )
        .order_by(Checkpoint.due_on, Checkpoint.id)
        .limit(limit)
    ).all()
    for checkpoint in rows:
        event = CheckpointEvent.COME_DUE
        if checkpoint.state is CheckpointState.DUE:
            event = CheckpointEvent.PASS_GRACE
        checkpoint.move(event)
    return len(rows)


def _at(act: Act, checkpoint_id: int, version: int) -> tuple[Checkpoint, Case]:
    checkpoint = act.session.get_one(Checkpoint, checkpoint_id)
    if checkpoint.version != version:
        raise Stale
    return checkpoint, act.session.get_one(Case, checkpoint.case_id)


def _rules(case: Case) -> Checkpoints:
    rules = edition_of(case).checkpoints
    assert rules is not None, "only schemes with checkpoints have contracts"
    return rules


def _decided(act: Act, checkpoint: Checkpoint, reason: str) -> None:
    checkpoint.decided_by = act.actor.id
    checkpoint.decided_at = act.now
    checkpoint.reason = reason.strip()
    act.because(reason.strip())
