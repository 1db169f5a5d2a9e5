"""What is going to be demanded back, before the disposition is made."""

from __future__ import annotations

from collections.abc import Sequence

from backoffice.cases.models import Case
from backoffice.disbursement.models import Recovery, RecoveryShare
from backoffice.disbursement.rules.loans import Excess
from backoffice.disbursement.rules.recoveries import LEGAL_TEXT, RECOVERY, Ground, RecoveryCause
from backoffice.kernel.money import ZERO, Ntd, total
from backoffice.use_case import Act


def prepare_clawback(act: Act, case: Case, amount: Ntd) -> None:
    """A settlement found that too much was paid; the officer makes the disposition next."""
    new_recovery(act, case, RecoveryCause.SETTLEMENT, Ground.OVERPAID, amount, "")


def prepare_interest(
    act: Act, case: Case, found: Sequence[Excess], movement_id: int, reason: str
) -> None:
    """A late notice found that interest was paid too much, and of which instalments."""
    amount = total(each.amount for each in found)
    recovery = new_recovery(act, case, RecoveryCause.SETTLEMENT, Ground.OVERPAID, amount, reason)
    recovery.movement_id = movement_id
    act.session.flush()
    for each in found:
        assert each.line.paid_on is not None, "only what was paid is demanded"
        act.session.add(
            RecoveryShare(
                recovery_id=recovery.id,
                tranche_id=each.line.tranche_id,
                case_id=case.id,
                amount=each.amount,
                paid_on=each.line.paid_on,
            )
        )


def new_recovery(
    act: Act, case: Case, cause: RecoveryCause, ground: Ground, amount: Ntd, reason: str
) -> Recovery:
    """A demand that has not been made yet 待作成處分."""
    recovery = Recovery(
        case_id=case.id,
        cause=cause,
        ground=ground,
        amount=amount,
        state=RECOVERY.initial,
        legal_text=LEGAL_TEXT,
        reason=reason,
        prepared_at=act.now,
        repaid=ZERO,
        written_off=ZERO,
    )
    act.session.add(recovery)
    return recovery
