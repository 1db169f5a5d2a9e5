"""The bonus for domestic equipment 國產設備加分 (domain §2.3): when it opens, and how much."""

from __future__ import annotations

from enum import StrEnum

from backoffice.cases.rules.equipment import EquipmentFacts
from backoffice.kernel.refusal import Refused
from backoffice.review.rules.explanation import written_hundredths
from backoffice.scheme.rules import Bonus


class BonusStanding(StrEnum):
    """What the equipment table says before anybody decides."""

    OPEN = "OPEN"
    NOT_MET = "NOT_MET"
    NOT_APPLICABLE = "NOT_APPLICABLE"


def standing(equipment: EquipmentFacts, bonus: Bonus | None) -> BonusStanding:
    """Whether an officer may confirm a bonus; without new equipment it does not apply."""
    if bonus is None or not equipment.is_applicable:
        return BonusStanding.NOT_APPLICABLE
    if equipment.opens_bonus(bonus.share_min_bp):
        return BonusStanding.OPEN
    return BonusStanding.NOT_MET


def confirmable(points: int, equipment: EquipmentFacts, bonus: Bonus | None) -> int:
    """The points that may be confirmed, in hundredths: above zero, at most the edition's.

    Refuses "bonus.not_applicable", "bonus.not_met" (domestic, new_equipment, in whole NTD) and
    "bonus.out_of_range" (points, max_points, both in hundredths).
    """
    found = standing(equipment, bonus)
    if bonus is None or found is BonusStanding.NOT_APPLICABLE:
        raise Refused("bonus.not_applicable")
    if found is BonusStanding.NOT_MET:
        raise Refused(
            "bonus.not_met",
            domestic=equipment.domestic,
            new_equipment=equipment.new_equipment,
        )
    if not 0 < points <= bonus.max_points:
        raise Refused(
            "bonus.out_of_range",
            points=written_hundredths(points),
            max_points=written_hundredths(bonus.max_points),
        )
    return points
