"""Contract, checkpoints, claims, tranches, disbursement sheets, spending and settlement."""

from backoffice.disbursement.models.bank import BankAnswer, BankItem, BankLine, DayClose
from backoffice.disbursement.models.consortium import AchievedTarget, ConsortiumMember
from backoffice.disbursement.models.desk import (
    LineQuery,
    SheetChange,
    SheetPaymentFile,
    SheetVoidedApproval,
)
from backoffice.disbursement.models.execution import (
    ApprovedLine,
    Checkpoint,
    Contract,
    Settlement,
    SpendingLine,
    StageReview,
)
from backoffice.disbursement.models.fees import (
    Advertising,
    FeeLine,
    FeeRefund,
    FeeSlip,
    FeeStatement,
    StatementState,
)
from backoffice.disbursement.models.loans import (
    BankClaim,
    BankClaimLine,
    LoanMovement,
    NoticeWithdrawal,
    ReferenceRate,
    RegisteredLoan,
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
    RepaymentReversal,
)

__all__ = [
    "AchievedTarget",
    "Advertising",
    "ApprovedLine",
    "BankAnswer",
    "BankClaim",
    "BankClaimLine",
    "BankItem",
    "BankLine",
    "BlockedFirm",
    "CarryOver",
    "Checkpoint",
    "Claim",
    "ConsortiumMember",
    "Contract",
    "DayClose",
    "Ending",
    "FeeLine",
    "FeeRefund",
    "FeeSlip",
    "FeeStatement",
    "FirmAccount",
    "LineQuery",
    "LoanMovement",
    "NoticeWithdrawal",
    "Recovery",
    "RecoveryShare",
    "ReferenceRate",
    "RegisteredLoan",
    "Repayment",
    "RepaymentReversal",
    "Settlement",
    "Sheet",
    "SheetChange",
    "SheetCounter",
    "SheetLine",
    "SheetPaymentFile",
    "SheetVoidedApproval",
    "SpendingLine",
    "StageReview",
    "StatementState",
    "Tranche",
]
