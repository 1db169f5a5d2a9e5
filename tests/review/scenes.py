"""What the convenor and the officer do at the end of scoring, as the tests of it need it."""

from __future__ import annotations

from datetime import timedelta

from backoffice.access import Actor
from backoffice.review.operations import (
    Resolution,
    propose_divergence,
    reopen_scoring,
    resolve_divergence,
)
from backoffice.review.rules.lifecycles import (
    Divergence,
)
from backoffice.use_case import Office
from tests import given
from tests.given import review as world

PLAIN = world.Applied(equipment=world.NO_EQUIPMENT)
SECOND = world.Applied(number="S01-112-000500", equipment=world.NO_EQUIPMENT)
APART = ((95, 95, 95), (60, 60, 60), (75, 75, 75))
FAR_APART = ((95, 95, 95), (60, 60, 60), (61, 61, 61))
REASON = "委員就效益推估之看法不同，均有所本。"


def resolve(
    office: Office, case_id: int, kind: Divergence, *people: Actor, reason: str = REASON
) -> None:
    ids = tuple(world.sheet_row(office, case_id, person).id for person in people)
    version = world.panel_row(office, case_id).version
    office.perform(
        resolve_divergence, given.CONVENOR, case_id, version, Resolution(kind, ids, reason)
    )


def propose(office: Office, case_id: int, kind: Divergence = Divergence.KEEP) -> None:
    version = world.panel_row(office, case_id).version
    office.perform(propose_divergence, given.OFFICER, case_id, version, kind, "建議並陳。")


def reopen(office: Office, case_id: int, reason: str = "委員漏看附件。", days: int = 3) -> None:
    version = world.panel_row(office, case_id).version
    due_on = world.today(office) + timedelta(days=days)
    office.perform(reopen_scoring, given.CONVENOR, case_id, version, reason, due_on)
