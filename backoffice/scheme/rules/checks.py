"""What must hold between the figures of an edition once each of them can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backoffice.kernel.money import Ntd
from backoffice.scheme.rules.edition import Edition
from backoffice.scheme.rules.keys import CeilingClass, ClosingCondition, Flow, Need
from backoffice.scheme.rules.parts import BarredCategory, CategoryRule, Criterion, Scoring, Variant
from backoffice.scheme.rules.reading import Fault
from backoffice.scheme.rules.regulation import CEILINGS, LOAN_PRINCIPAL_MAX, SUBSIDY_MAX_BP

_WHOLE_PERCENT = 100
_WHOLE_BP = 10_000
_HUNDREDTHS = 100


def faults_of(edition: Edition, *, unread: frozenset[str]) -> tuple[Fault, ...]:
    """Every rule between figures that is broken; none that needs a section of `unread`."""
    return tuple(
        fault
        for sections, check in _CHECKS
        if unread.isdisjoint(sections)
        for fault in check(edition)
    )


def _agencies(edition: Edition) -> Iterator[Fault]:
    days = [agency.since for agency in edition.agencies]
    if not days or days[0] is not None:
        yield Fault("agencies", "no_first_name")
    known = [day for day in days[1:] if day is not None]
    if len(known) != len(days[1:]) or sorted(set(known)) != known:
        yield Fault("agencies", "not_in_order")


def _window(edition: Edition) -> Iterator[Fault]:
    opens_at = edition.application.opens_at
    if not edition.applies.is_open_at(opens_at):
        yield Fault("window.opens_at", "outside_applies")


def _variants(edition: Edition) -> Iterator[Fault]:
    for variant in edition.variants:
        yield from _variant(edition, variant)
    spellings = [name for variant in edition.variants for name in variant.names]
    statuses = [status.value for variant in edition.variants for status in variant.statuses]
    for words in (spellings, statuses):
        for word in sorted({word for word in words if words.count(word) > 1}):
            yield Fault("variants", "duplicate_key", word)


def _variant(edition: Edition, variant: Variant) -> Iterator[Fault]:
    path = f"variants[{variant.key}]"
    pays = edition.flow is Flow.GRANT
    if pays != (variant.cap is not None):
        yield Fault(f"{path}.cap", "missing" if pays else "not_for_flow", edition.flow.value)
    if (edition.flow is Flow.LOAN) != (variant.loan is not None):
        code = "not_for_flow" if variant.loan else "missing"
        yield Fault(f"{path}.loan", code, edition.flow.value)
    if pays and variant.cap is not None:
        yield from _ceiling(path, variant.cap, variant.ceiling)
    if len(edition.variants) > 1 and not variant.names and not variant.statuses:
        yield Fault(f"{path}.names", "missing")


def _ceiling(path: str, cap: Ntd, ceiling: CeilingClass | None) -> Iterator[Fault]:
    if ceiling is None:
        yield Fault(f"{path}.ceiling", "missing")
    elif cap > CEILINGS[ceiling]:
        yield Fault(f"{path}.cap", "above_regulation", str(CEILINGS[ceiling].dollars))


def _budget(edition: Edition) -> Iterator[Fault]:
    budget = edition.budget
    if budget is None:
        return
    if budget.subsidy_max_bp > SUBSIDY_MAX_BP:
        yield Fault("budget.subsidy_max_bp", "above_regulation", str(SUBSIDY_MAX_BP))
    known: tuple[CategoryRule | BarredCategory, ...] = (*budget.categories, *budget.barred)
    spellings = [word for each in known for word in (each.code, each.label_zh, *each.aliases)]
    for word in sorted({word for word in spellings if spellings.count(word) > 1}):
        yield Fault("budget.categories", "duplicate_key", word)
    details = [each.detail for each in budget.categories if each.detail is not None]
    if len(set(details)) != len(details):
        yield Fault("budget.categories", "duplicate_detail")


def _checkpoints(edition: Edition) -> Iterator[Fault]:
    checkpoints = edition.checkpoints
    if checkpoints is None:
        return
    if checkpoints.sum_bp != _WHOLE_BP:
        yield Fault("checkpoints.sum_bp", "shares_not_whole", str(checkpoints.sum_bp))
    months = edition.period.months if edition.period else None
    if months is not None and checkpoints.midterm_months >= months:
        yield Fault("checkpoints.midterm_months", "midterm_after_end", str(months))


def _scoring(edition: Edition) -> Iterator[Fault]:
    scoring = edition.scoring
    if scoring is None:
        return
    weight = sum(criterion.weight for criterion in scoring.criteria)
    if weight != _WHOLE_PERCENT:
        yield Fault("scoring.criteria", "weights_not_whole", str(weight))
    if scoring.quorum > scoring.panel_size:
        yield Fault("scoring.quorum", "quorum_above_panel", str(scoring.panel_size))
    if not scoring.pass_mark <= scoring.total_cap:
        yield Fault("scoring.pass_mark", "pass_mark_out_of_reach", str(scoring.total_cap))
    if scoring.total_cap > scoring.scale_max * _HUNDREDTHS:
        yield Fault("scoring.total_cap", "out_of_range", str(scoring.scale_max * _HUNDREDTHS))
    if scoring.scale_min >= scoring.scale_max:
        yield Fault("scoring.scale_max", "scale_empty")
        return
    for criterion in scoring.criteria:
        yield from _bands(scoring, criterion)


def _bands(scoring: Scoring, criterion: Criterion) -> Iterator[Fault]:
    """Bands must cover the scale from end to end, without a gap and without an overlap."""
    edges = [(band.low, band.high) for band in criterion.bands]
    lows = [low for low, _ in edges]
    follows = [scoring.scale_min, *(high + 1 for _, high in edges)]
    covers = lows == follows[:-1] and follows[-1] == scoring.scale_max + 1
    if not covers or any(low > high for low, high in edges):
        yield Fault(f"scoring.criteria[{criterion.key}].bands", "bands_do_not_cover")


def _tranches(edition: Edition) -> Iterator[Fault]:
    if not edition.tranches:
        return
    shares = sum(tranche.share_bp for tranche in edition.tranches)
    if shares != _WHOLE_BP:
        yield Fault("tranches", "shares_not_whole", str(shares))
    releases = [tranche.release for tranche in edition.tranches]
    if len(set(releases)) != len(releases):
        yield Fault("tranches", "duplicate_key", "release")


def _recusal(edition: Edition) -> Iterator[Fault]:
    if edition.recusal is not None and not edition.recusal.grounds:
        yield Fault("recusal.grounds", "empty")


def _closing(edition: Edition) -> Iterator[Fault]:
    """A condition can only hold where the edition says what it is measured by."""
    closing = edition.closing
    if closing is None:
        return
    measured = ClosingCondition.TARGETS_MET in closing.conditions
    if measured != (closing.targets is not None):
        yield Fault("closing.targets", "missing" if measured else "not_in_conditions")
    counted = ClosingCondition.PARTNERS_KEPT in closing.conditions
    for variant in edition.variants:
        path = f"variants[{variant.key}]"
        if measured and not variant.targets:
            yield Fault(f"{path}.targets", "missing")
        if counted and variant.partners_min is None:
            yield Fault(f"{path}.partners_min", "missing")


def _partners(edition: Edition) -> Iterator[Fault]:
    """A consortium is asked for by every variant of a scheme, with its rules, or by none."""
    asked = [variant.partners_min is not None for variant in edition.variants]
    if (edition.eligibility.partners is not None) != any(asked) or any(asked) != all(asked):
        yield Fault("eligibility.partners", "missing" if any(asked) else "not_in_variants")


def _seats(edition: Edition) -> Iterator[Fault]:
    seats = edition.seats
    if seats is not None and (seats.tax is None) != (seats.tax_bp is None):
        yield Fault("seats.tax" if seats.tax is None else "seats.tax_bp", "missing")


def _loans(edition: Edition) -> Iterator[Fault]:
    loans = edition.loans
    if loans is None:
        return
    for variant in edition.variants:
        loan = variant.loan
        if loan is not None and len(loan.conditions) != len(loan.condition_notes):
            yield Fault(f"variants[{variant.key}].loan.condition_notes", "missing")
    if loans.subsidised_principal_max > LOAN_PRINCIPAL_MAX:
        limit = str(LOAN_PRINCIPAL_MAX.dollars)
        yield Fault("loans.subsidised_principal_max", "above_regulation", limit)
    days = [rate.since for rate in loans.reference_rates]
    if sorted(set(days)) != days:
        yield Fault("loans.reference_rates", "not_in_order")


def _documents(edition: Edition) -> Iterator[Fault]:
    for document in edition.documents:
        if (document.need is Need.CONDITIONAL) != (document.condition is not None):
            code = "not_conditional" if document.condition else "missing"
            yield Fault(f"documents[{document.code}].condition", code)


_CHECKS: tuple[tuple[frozenset[str], Callable[[Edition], Iterator[Fault]]], ...] = (
    (frozenset({"agencies"}), _agencies),
    (frozenset({"applies", "window"}), _window),
    (frozenset({"flow", "variants"}), _variants),
    (frozenset({"budget"}), _budget),
    (frozenset({"checkpoints", "period"}), _checkpoints),
    (frozenset({"scoring"}), _scoring),
    (frozenset({"tranches"}), _tranches),
    (frozenset({"recusal"}), _recusal),
    (frozenset({"closing", "variants"}), _closing),
    (frozenset({"eligibility", "variants"}), _partners),
    (frozenset({"seats"}), _seats),
    (frozenset({"loans", "variants"}), _loans),
    (frozenset({"documents"}), _documents),
)
