"""Contract, checkpoints, claims, tranches, disbursement sheets, spending and settlement."""

from backoffice.disbursement.models.consortium import AchievedTarget, ConsortiumMember
from backoffice.disbursement.models.execution import (
    ApprovedLine,
    Checkpoint,
    Contract,
    Settlement,
    SpendingLine,
    StageReview,
)
from backoffice.disbursement.models.payment import (
    BlockedFirm,
    Claim,
    FirmAccount,
    Sheet,
    SheetCounter,
    SheetLine,
    Tranche,
)
from backoffice.disbursement.models.recoveries import (
    CarryOver,
    Ending,
    Recovery,
    RecoveryShare,
    Repayment,
)

__all__ = [
    "AchievedTarget",
    "ApprovedLine",
    "BlockedFirm",
    "CarryOver",
    "Checkpoint",
    "Claim",
    "ConsortiumMember",
    "Contract",
    "Ending",
    "FirmAccount",
    "Recovery",
    "RecoveryShare",
    "Repayment",
    "Settlement",
    "Sheet",
    "SheetCounter",
    "SheetLine",
    "SpendingLine",
    "StageReview",
    "Tranche",
]
