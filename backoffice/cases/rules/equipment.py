"""New equipment: what of it is made in Taiwan, and whether that opens the bonus (§2.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backoffice.cases.rules.submission import Equipment, Origin
from backoffice.kernel.money import Ntd, within

_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class EquipmentFacts:
    """The two amounts behind the bonus, whole NTD without business tax."""

    domestic: int
    new_equipment: int

    @property
    def is_applicable(self) -> bool:
        """Whether there is any new equipment; if not, the bonus is 不適用 and no one divides."""
        return self.new_equipment > 0

    def opens_bonus(self, share_min_bp: int) -> bool:
        """Whether the domestic share reaches `share_min_bp` basis points; equality counts.

        Compared by cross-multiplication: imported equipment takes at most the rest.
        """
        imported = Ntd(self.new_equipment - self.domestic)
        return self.is_applicable and within(
            imported, Ntd(self.new_equipment), _WHOLE_BP - share_min_bp
        )


def equipment_facts(equipment: Iterable[Equipment]) -> EquipmentFacts:
    """The cost of all new equipment, and of what is made in Taiwan. Source: domain §2.3.

    Improvement of existing equipment (C3) is no part of either.
    """
    pieces = tuple(equipment)
    domestic = sum(each.cost for each in pieces if each.origin is Origin.DOMESTIC)
    return EquipmentFacts(domestic, sum(each.cost for each in pieces))
