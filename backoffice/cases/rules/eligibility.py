"""Whether a case may be funded: every rule of its edition, judged in the order of the contract."""

from __future__ import annotations

from collections.abc import Iterator

from backoffice.cases.rules import firm, plan, services
from backoffice.cases.rules.budget import budget_verdicts, plan_of
from backoffice.cases.rules.submission import Submission
from backoffice.cases.rules.verdicts import (
    NOTHING_KNOWN,
    Finding,
    Known,
    Verdict,
    findings_of,
)
from backoffice.scheme.rules import BarredCategory, CategoryRule, Edition, Eligibility, Variant


class Judge:
    """Judges cases by one edition; what the edition says is looked up once for all of them."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._categories: dict[str, CategoryRule | BarredCategory | None] = {}
        self._conditions: dict[str, Eligibility] = {}

    def verdicts(self, submission: Submission, known: Known = NOTHING_KNOWN) -> tuple[Verdict, ...]:
        """Every rule that was judged, yes and no, and those that could not be."""
        return tuple(self._judged(submission, known))

    def findings(self, submission: Submission, known: Known = NOTHING_KNOWN) -> tuple[Finding, ...]:
        """The rules that the case does not meet."""
        return findings_of(self._judged(submission, known))

    def variants(self, submission: Submission) -> tuple[Variant, ...]:
        """The variants the case belongs to: one, or none; of loans as many as classes asked for."""
        edition, status = self.edition, submission.factory_status
        named = [submission.variant]
        if edition.loans is not None:
            named = [each.loan_class for each in submission.loans]
        found = {each: edition.variant_of(each, status) for each in dict.fromkeys(named)}
        unique = {each.key: each for each in found.values() if each is not None}
        return tuple(unique.values())

    def _judged(self, submission: Submission, known: Known) -> Iterator[Verdict]:
        edition = self.edition
        variants = self.variants(submission)
        yield firm.window(submission, edition, known)
        for variant in variants or (None,):
            yield from firm.standing(submission, self._conditions_of(variant), variant)
        yield from firm.declarations(submission, edition.eligibility)
        yield from firm.proofs(submission, edition.eligibility)
        yield from firm.history(submission, edition, known)
        if edition.budget is not None:
            budget = plan_of(submission, self._category_named)
            yield from budget_verdicts(budget, edition, variants[0] if variants else None)
        yield from plan.period(submission, edition)
        yield from plan.checkpoints(submission, edition)
        yield from plan.benefits(submission, edition.benefits)
        for variant in variants:
            yield from plan.targets(submission, variant)
            yield from plan.partners(submission, edition, variant)
        yield from services.loans(submission, edition, variants)
        yield from services.trainees(submission, edition)

    def _conditions_of(self, variant: Variant | None) -> Eligibility:
        mark = variant.key if variant else ""
        if mark not in self._conditions:
            self._conditions[mark] = self.edition.eligibility_of(variant)
        return self._conditions[mark]

    def _category_named(self, text: str) -> CategoryRule | BarredCategory | None:
        if text not in self._categories:
            self._categories[text] = self.edition.category_named(text)
        return self._categories[text]


def verdicts(
    submission: Submission, edition: Edition, known: Known = NOTHING_KNOWN
) -> tuple[Verdict, ...]:
    """Every rule of the edition as judged for this case, for the officer's table of rules."""
    return Judge(edition).verdicts(submission, known)


def findings(
    submission: Submission, edition: Edition, known: Known = NOTHING_KNOWN
) -> tuple[Finding, ...]:
    """The rules that the case does not meet; none if it is eligible.

    Several may bear one code (two categories over their caps). A rule on which the edition is
    silent finds nothing.
    """
    return Judge(edition).findings(submission, known)


def track_of(submission: Submission, edition: Edition) -> Variant | None:
    """The track that follows from the factory's standing (§1.4); None where none does."""
    if not any(variant.statuses for variant in edition.variants):
        return None
    return edition.variant_of(None, submission.factory_status)
