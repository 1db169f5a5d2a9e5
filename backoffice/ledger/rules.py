"""What a transfer is, and what a set of transfers does to each account. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from backoffice.kernel.money import Ntd


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


def account_name(scheme: str, stage: Stage) -> str:
    """The name of a scheme's account."""
    return f"{scheme}/{stage.value}"


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
