"""An edition: one version of one scheme's rules, and the questions code may ask of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from backoffice.kernel.money import Ntd, Rounding, total
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import Window, local_date, nfkc, through_end_of
from backoffice.scheme.rules.clauses import Clause
from backoffice.scheme.rules.contract import clauses_of
from backoffice.scheme.rules.eligibility import Eligibility
from backoffice.scheme.rules.keys import Detail, EditionKey, FactoryStatus, Flow
from backoffice.scheme.rules.parts import (
    Agency,
    ApplicationWindow,
    AwardRules,
    BarredCategory,
    Benefits,
    BudgetRules,
    CategoryRule,
    Checkpoints,
    Closing,
    Document,
    Period,
    PlannedTranche,
    Recusal,
    ReviewRules,
    Scoring,
    Settlement,
    Supplement,
    TrancheRule,
    Variant,
)
from backoffice.scheme.rules.services import LoanRules, Seats, Training
from backoffice.scheme.rules.sources import Assumption, Difference, Figure, is_assumed

_ROLL_DAYS_MAX = 60


@dataclass(frozen=True, slots=True)
class Edition:
    """The rules a case keeps for life. What a scheme does not ask is None or empty.

    `applies`: the instants of receipt that these rules judge; wider than the application
    window, so that a late case is judged by them too. `figures`: every leaf with its source.
    """

    key: EditionKey
    title_zh: str
    title_en: str
    measure: int
    flow: Flow
    agencies: tuple[Agency, ...]
    executing_body: str | None
    funding_source: str
    purposes: tuple[str, ...]
    applies: Window
    application: ApplicationWindow
    variants: tuple[Variant, ...]
    eligibility: Eligibility
    budget: BudgetRules | None
    period: Period | None
    checkpoints: Checkpoints | None
    benefits: Benefits | None
    scoring: Scoring | None
    tranches: tuple[TrancheRule, ...]
    settlement: Settlement | None
    award: AwardRules | None
    review: ReviewRules | None
    supplement: Supplement | None
    recusal: Recusal | None
    seats: Seats | None
    loans: LoanRules | None
    training: Training | None
    documents: tuple[Document, ...]
    closing: Closing | None
    figures: tuple[Figure, ...]

    @property
    def window(self) -> Window:
        """The application window by its stated dates, not rolled to a working day."""
        return Window(self.application.opens_at, self.application.closes_at)

    def window_rolled(self, is_working_day: Callable[[date], bool]) -> Window:
        """The application window, its last day moved to a working day if the edition says so."""
        closes_at = self.application.closes_at
        if closes_at is None or not self.application.roll_to_business_day:
            return self.window
        last_day = local_date(closes_at - timedelta(microseconds=1))
        if is_working_day(last_day):
            return self.window
        later = (last_day + timedelta(days=count) for count in range(1, _ROLL_DAYS_MAX))
        return Window(
            self.application.opens_at, through_end_of(next(filter(is_working_day, later)))
        )

    def agency_on(self, day: date) -> str:
        """The agency's full name in force on `day`, as a document of that day prints it (L12)."""
        names = [agency.name for agency in self.agencies if not agency.since or agency.since <= day]
        return names[-1]

    def variant(self, key: str) -> Variant:
        """The variant with this key. Refuses "scheme.variant_unknown"."""
        for variant in self.variants:
            if variant.key == key:
                return variant
        raise Refused("scheme.variant_unknown", edition=str(self.key), variant=key)

    def variant_of(self, category_text: str | None, factory_status: str | None) -> Variant | None:
        """The leaf a case belongs to, or None if it belongs to none.

        `category_text` is 方案類別, or the loan class; `factory_status` 工廠登記狀態. Where a
        variant is derived from the factory's standing, the text is not asked; a scheme of
        one variant needs neither.
        """
        if any(variant.statuses for variant in self.variants):
            status = FactoryStatus.named(factory_status or "")
            return next((each for each in self.variants if status in each.statuses), None)
        if len(self.variants) == 1:
            return self.variants[0]
        word = _folded(category_text or "")
        return next(
            (each for each in self.variants if word in map(_folded, each.names)),
            None,
        )

    def eligibility_of(self, variant: Variant | None) -> Eligibility:
        """The conditions for this variant: the scheme's, but for what the variant replaces."""
        if variant is None:
            return self.eligibility
        base = self.eligibility
        waived = variant.headcount_waived_for
        return replace(
            base,
            registrations=(
                base.registrations if variant.registrations is None else variant.registrations
            ),
            headcount=variant.headcount or base.headcount,
            headcount_waived_for=base.headcount_waived_for if waived is None else waived,
            sme=variant.sme or base.sme,
            factory=variant.factory or base.factory,
        )

    def cap(self, variant: Variant | None) -> Ntd | None:
        """The most subsidy one case may have; None if the scheme pays none.

        With no variant, the scheme's only cap, or None if its variants differ.
        """
        if variant is not None:
            return variant.cap
        caps = {each.cap for each in self.variants}
        return caps.pop() if len(caps) == 1 else None

    def category_named(self, text: str) -> CategoryRule | BarredCategory | None:
        """The category meant by `text`, in any of its spellings, full width or not.

        A BarredCategory is known elsewhere and not allowed here; None is no category at all.
        """
        if self.budget is None:
            return None
        word = _folded(text)
        known: tuple[CategoryRule | BarredCategory, ...] = (
            *self.budget.categories,
            *self.budget.barred,
        )
        return next(
            (
                each
                for each in known
                if word in map(_folded, (each.code, each.label_zh, *each.aliases))
            ),
            None,
        )

    def category_of(self, detail: Detail) -> CategoryRule | None:
        """The category that a detail table belongs to; None if the edition has none."""
        categories = self.budget.categories if self.budget else ()
        return next((each for each in categories if each.detail is detail), None)

    def tranche_plan(self, subsidy: Ntd) -> tuple[PlannedTranche, ...]:
        """The tranches of an award, in order; their sum is `subsidy` to the dollar.

        Each but the last is its share rounded down; the last takes the remainder (§3.3).
        Empty if the scheme pays no subsidy in tranches. Refuses "tranche.negative".
        """
        if subsidy < Ntd(0):
            raise Refused("tranche.negative", subsidy=subsidy)
        amounts = [
            subsidy.share(Fraction(rule.share_bp, 10_000), Rounding.FLOOR)
            for rule in self.tranches[:-1]
        ]
        if self.tranches:
            amounts.append(subsidy - total(amounts))
        return tuple(
            PlannedTranche(rule.number, amount, rule.release)
            for rule, amount in zip(self.tranches, amounts, strict=True)
        )

    def source_of(self, path: str) -> str | None:
        """Where the figure at `path` comes from; None for a name, or if there is none there."""
        return next((each.source for each in self.figures if each.path == path), None)

    def assumptions(self) -> tuple[Assumption, ...]:
        """Every rule that no source states, in document order, for the agency to sign off."""
        return tuple(
            Assumption(each.path, each.value, each.label)
            for each in self.figures
            if each.source is not None and is_assumed(each.source)
        )

    def clauses(self) -> tuple[Clause, ...]:
        """The edition as a readable contract, one clause a rule, grouped by section."""
        return clauses_of(self)


def differences(older: Edition, newer: Edition) -> tuple[Difference, ...]:
    """What changed between two editions, in the newer one's order, then what fell away.

    A change of source alone is none; names and labels count.
    """
    before = {each.path: each for each in older.figures}
    after = {each.path: each for each in newer.figures}
    paths = [*after, *(path for path in before if path not in after)]
    found: list[Difference] = []
    for path in paths:
        old, new = before.get(path), after.get(path)
        old_value, new_value = old and old.value, new and new.value
        if old_value != new_value:
            named = new or old
            assert named is not None
            found.append(Difference(path, named.label, old_value, new_value))
    return tuple(found)


def _folded(text: str) -> str:
    return "".join(nfkc(text).split()).casefold()
