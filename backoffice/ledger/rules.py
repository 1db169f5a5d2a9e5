"""What a transfer is, and what a set of transfers does to each account. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from backoffice.kernel.lifecycle import Lifecycle
from backoffice.kernel.money import ZERO, Ntd


class Unit(StrEnum):
    """What an account counts: dollars, or places."""

    NTD = "NTD"
    SEAT = "SEAT"


class Book(StrEnum):
    """Which books an account belongs to; no transfer crosses from one to another."""

    BUDGET = "BUDGET"  # 法定預算 and what becomes of it
    ALLOTMENT = "ALLOTMENT"  # 分配預算: how much of it may be paid by now
    SEATS = "SEATS"
    FEES = "FEES"


class Stage(StrEnum):
    """Where a budget dollar stands. Accounts are named `scheme/stage`."""

    APPROPRIATION = "appropriation"  # 法定預算: its balance is minus what was appropriated
    AVAILABLE = "available"  # 可用餘額
    HELD = "held"  # 部分核定保留: offered, until the firm has answered
    COMMITTED = "committed"  # 核定保留
    CONTRACTED = "contracted"  # 契約責任
    CARRIED_OVER = "carried_over"  # 保留數: contracted, and approved to be paid after the year
    IN_TRANSIT = "in_transit"  # 送件未入帳
    DISBURSED = "disbursed"  # 實現數
    RECOVERED = "recovered"  # 繳回
    LAPSED = "lapsed"  # 賸餘, not returned to the scheme
    ALLOTMENT = "allotment"  # 分配數: its balance is minus what was allotted
    ALLOTTED = "allotted"  # 分配數中尚可支用
    ALLOTMENT_USED = "allotment_used"  # 已支用分配數


class FeeStage(StrEnum):
    """Where a fee dollar stands; never in the budget. Accounts are named `scheme/stage`."""

    PAYER = "fee_payer"  # 繳費業者: its balance is minus all that came in
    RECEIVED = "fee_received"  # 已收企業分攤款
    UNIDENTIFIED = "fee_unidentified"  # 待查入帳: nobody knows yet whose it is
    INCOME = "fee_income"  # 收入: the fee of a confirmed place, without its tax where that is known
    TAX = "fee_tax"  # 應納營業稅
    REFUND_DUE = "fee_refund_due"  # 應退費
    REFUNDED = "fee_refunded"  # 已退費


class SeatStage(StrEnum):
    """Where a place stands. Accounts are named `edition/stage`: each round has its own."""

    QUOTA = "seat_quota"  # its balance is minus the places of the round
    FREE = "seat_free"
    HELD = "seat_held"
    CONFIRMED = "seat_confirmed"
    IN_SERVICE = "seat_in_service"
    DONE = "seat_done"
    CONSUMED = "seat_consumed"
    UNUSED = "seat_unused"


BUDGET_STAGES = (
    Stage.APPROPRIATION,
    Stage.AVAILABLE,
    Stage.HELD,
    Stage.COMMITTED,
    Stage.CONTRACTED,
    Stage.CARRIED_OVER,
    Stage.IN_TRANSIT,
    Stage.DISBURSED,
    Stage.RECOVERED,
    Stage.LAPSED,
)
ALLOTMENT_STAGES = (Stage.ALLOTMENT, Stage.ALLOTTED, Stage.ALLOTMENT_USED)
SOURCES = frozenset({Stage.APPROPRIATION, Stage.ALLOTMENT})
SHORTAGE = {
    Stage.AVAILABLE: "budget.exhausted",
    Stage.ALLOTTED: "budget.allotment_short",
}


@dataclass(frozen=True, slots=True)
class Transfer:
    """So many units from one account to another: balanced by construction, and never undone.

    `key` is unique for ever ("award:S01-112-0042"); `quantity` > 0, in the accounts' unit. A
    mistake is corrected by the opposite transfer.
    """

    key: str
    source: str
    target: str
    quantity: int
    memo: str
    case_id: int | None = None

    def __post_init__(self) -> None:
        if self.quantity <= 0 or self.source == self.target:
            raise ValueError(f"transfer {self.key}: a positive quantity between two accounts")


def move(
    scheme: str,
    source: Stage,
    target: Stage,
    amount: Ntd,
    *,
    key: str,
    memo: str,
    case_id: int | None = None,
) -> Transfer:
    """A transfer of dollars between two stages of one scheme's budget."""
    return Transfer(
        key=key,
        source=account_name(scheme, source),
        target=account_name(scheme, target),
        quantity=amount.dollars,
        memo=memo,
        case_id=case_id,
    )


def account_name(scheme: str, stage: Stage | FeeStage) -> str:
    """The name of a scheme's account."""
    return f"{scheme}/{stage.value}"


def seat_account(edition: str, stage: SeatStage) -> str:
    """The name of the account of a round's places."""
    return f"{edition}/{stage.value}"


def net(transfers: Iterable[Transfer]) -> Mapping[str, int]:
    """What a set of transfers does to each account, by name; it sums to zero."""
    effect: dict[str, int] = defaultdict(int)
    for transfer in transfers:
        effect[transfer.source] -= transfer.quantity
        effect[transfer.target] += transfer.quantity
    assert sum(effect.values()) == 0
    return effect


def reverse(transfer: Transfer, *, key: str, memo: str) -> Transfer:
    """The opposite transfer: how a mistake is corrected."""
    return Transfer(
        key=key,
        source=transfer.target,
        target=transfer.source,
        quantity=transfer.quantity,
        memo=memo,
        case_id=transfer.case_id,
    )


class ShiftKind(StrEnum):
    """流用 gives appropriation to another scheme; 減列 gives it back."""

    TRANSFER = "TRANSFER"
    REDUCTION = "REDUCTION"


class ProposalState(StrEnum):
    """What accounting enters and the manager decides."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    RETURNED = "RETURNED"


class ProposalEvent(StrEnum):
    """What the manager says of it."""

    APPROVE = "APPROVE"
    RETURN = "RETURN"


PROPOSAL: Lifecycle[ProposalState, ProposalEvent] = Lifecycle(
    initial=ProposalState.PROPOSED,
    moves=[
        (ProposalState.PROPOSED, ProposalEvent.APPROVE, ProposalState.APPROVED),
        (ProposalState.PROPOSED, ProposalEvent.RETURN, ProposalState.RETURNED),
    ],
)


def taken_back(*, released: Ntd, spent: Ntd, rest: Ntd) -> Ntd:
    """What of a planned year's allotment is taken back when the year has ended.

    `released` by its months, `spent` within it (less what was given back), `rest` what may still
    be spent. Spending counts against the months first; an allotment entered outright is not of
    the plan and stays. Source: domain §3.7, P28 §61 (unspent money rolls within the year only).
    """
    return max(ZERO, min(rest, released - min(spent, released)))
