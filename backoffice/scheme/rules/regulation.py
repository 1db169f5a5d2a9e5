"""The parent regulation's own limits, which no edition may pass (辦法 §5 II)."""

from collections.abc import Mapping
from types import MappingProxyType

from backoffice.kernel.money import Ntd
from backoffice.scheme.rules.keys import CeilingClass

SUBSIDY_MAX_BP = 5_000
"""The most of a plan's total that may be subsidised. Source: P02 §5 II."""

CEILINGS: Mapping[CeilingClass, Ntd] = MappingProxyType(
    {
        CeilingClass.UP_TO_NINE: Ntd(3_000_000),
        CeilingClass.TEN_AND_MORE: Ntd(5_000_000),
        CeilingClass.CONSORTIUM_LOW_CARBON: Ntd(30_000_000),
        CeilingClass.CONSORTIUM_SMART: Ntd(20_000_000),
        CeilingClass.REGISTERING_FACTORY: Ntd(1_500_000),
        CeilingClass.SERVICES: Ntd(1_500_000),
    }
)
"""The most subsidy one case may have. Source: P02 §5 II."""

LOAN_PRINCIPAL_MAX = Ntd(35_000_000)
"""The most principal of one case whose interest may be subsidised. Source: P02 §11 III."""
