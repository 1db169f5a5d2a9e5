"""Rules about the plan: its period, checkpoints, benefits, targets and partners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from backoffice.cases.rules.required import METRIC_FIELDS
from backoffice.cases.rules.submission import BenefitKind, Submission
from backoffice.cases.rules.verdicts import Verdict, percent
from backoffice.kernel.taiwan import local_date, period_end
from backoffice.scheme.rules import Benefits, Checkpoints, Edition, Metric, PeriodStart, Variant

_TARGET_CODES = {
    Metric.SERVICES: "TARGET_SERVICES",
    Metric.PARTNERS: "TARGET_PARTNERS",
    Metric.VISITS: "TARGET_VISITS",
    Metric.CARBON_KG: "TARGET_CARBON",
}


def last_day(submission: Submission, edition: Edition) -> date | None:
    """The last day the plan may run to, counted by §3.9; None where no length is stated.

    Counted from the day of receipt or from the plan's own start, as the edition says.
    """
    start = period_start(submission, edition)
    if edition.period is None or edition.period.months is None or start is None:
        return None
    return period_end(start, edition.period.months)


def period_start(submission: Submission, edition: Edition) -> date | None:
    """The day on which the execution period begins; None if the plan does not say."""
    if edition.period is not None and edition.period.start is PeriodStart.RECEIVED:
        return local_date(submission.received_at)
    return submission.starts_on


def midterm_on(submission: Submission, edition: Edition) -> date | None:
    """The midterm's own last day, counted by §3.9 from the plan's start."""
    if edition.checkpoints is None or submission.starts_on is None:
        return None
    return period_end(submission.starts_on, edition.checkpoints.midterm_months)


def period(submission: Submission, edition: Edition) -> Iterator[Verdict]:
    """The plan ends after it starts, and no later than it may."""
    starts_on, ends_on = submission.starts_on, submission.ends_on
    if edition.period is None:
        return
    if starts_on is not None and ends_on is not None:
        yield Verdict(
            "PERIOD_REVERSED",
            "period.start",
            starts_on <= ends_on,
            {"value_on": ends_on, "limit_on": starts_on},
        )
    if edition.period.months is not None:
        yield _length(submission, edition, edition.period.months)


def _length(submission: Submission, edition: Edition, months: int) -> Verdict:
    code, clause, ends_on = "PERIOD_TOO_LONG", "period.months", submission.ends_on
    latest = last_day(submission, edition)
    if ends_on is None or latest is None:
        return Verdict(code, clause, None, {"months": months})
    facts = {
        "value_on": ends_on,
        "limit_on": latest,
        "starts_on": period_start(submission, edition),
        "months": months,
        "excess_days": max(0, (ends_on - latest).days),
    }
    return Verdict(code, clause, ends_on <= latest, facts)


def checkpoints(submission: Submission, edition: Edition) -> Iterator[Verdict]:
    """The weights add up, and enough of them falls due by the midterm; the day itself counts."""
    rules = edition.checkpoints
    if rules is None:
        return
    weight_sum = sum(each.weight_bp for each in submission.checkpoints)
    yield Verdict(
        "CHECKPOINT_WEIGHT_SUM",
        "checkpoints.sum_bp",
        weight_sum == rules.sum_bp,
        {
            "cause": "short" if weight_sum < rules.sum_bp else "over",
            "value": percent(weight_sum),
            "limit": percent(rules.sum_bp),
            "shortfall": percent(max(0, rules.sum_bp - weight_sum)),
            "excess": percent(max(0, weight_sum - rules.sum_bp)),
        },
    )
    yield _by_midterm(submission, edition, rules)


def _by_midterm(submission: Submission, edition: Edition, rules: Checkpoints) -> Verdict:
    code, clause = "CHECKPOINT_BY_MIDTERM", "checkpoints.by_midterm_min_bp"
    midterm = midterm_on(submission, edition)
    if midterm is None:
        return Verdict(code, clause, None, {"limit": percent(rules.by_midterm_min_bp)})
    due = sum(each.weight_bp for each in submission.checkpoints if each.due_on <= midterm)
    return Verdict(
        code,
        clause,
        due >= rules.by_midterm_min_bp,
        {
            "value": percent(due),
            "limit": percent(rules.by_midterm_min_bp),
            "shortfall": percent(max(0, rules.by_midterm_min_bp - due)),
            "midterm_on": midterm,
        },
    )


def benefits(submission: Submission, rules: Benefits | None) -> Iterator[Verdict]:
    """Enough expected benefits of each kind."""
    if rules is None:
        return
    stated = Counter(each.kind for each in submission.benefits)
    for code, name, kind, least in (
        ("BENEFITS_ECONOMIC", "economic_min", BenefitKind.ECONOMIC, rules.economic_min),
        ("BENEFITS_KEY", "key_min", BenefitKind.KEY, rules.key_min),
    ):
        yield _at_least(code, f"benefits.{name}", stated[kind], least)


def targets(submission: Submission, variant: Variant) -> Iterator[Verdict]:
    """The numbers that the plan promises reach the minimum of its variant."""
    for target in variant.targets:
        promised: int | None = getattr(submission, METRIC_FIELDS[target.metric])
        clause = f"variants[{variant.key}].targets.{target.metric.value}"
        has_passed = None if promised is None else target.holds(promised)
        facts = {
            "value": promised,
            "limit": target.value,
            "op": target.op.value,
            "shortfall": max(0, target.value - (promised or 0)),
        }
        yield Verdict(_TARGET_CODES[target.metric], clause, has_passed, facts)


def partners(submission: Submission, edition: Edition, variant: Variant) -> Iterator[Verdict]:
    """Enough distinct partner firms beside the centre factory, each as the edition wants it."""
    if variant.partners_min is None:
        return
    listed = [member.ubn for member in submission.members]
    distinct = set(listed) - {submission.ubn}
    counted = _at_least(
        "PARTNER_COUNT",
        f"variants[{variant.key}].partners_min",
        len(distinct),
        variant.partners_min,
        listed=len(listed),
    )
    yield counted
    rules = edition.eligibility.partners
    if rules is not None and rules.distinct and counted.has_passed:
        repeated = [ubn for ubn, times in Counter(listed).items() if times > 1]
        repeated += [ubn for ubn in dict.fromkeys(listed) if ubn == submission.ubn]
        yield Verdict(
            "PARTNER_DUPLICATE",
            "eligibility.partners.distinct",
            not repeated,
            {"firms": tuple(dict.fromkeys(repeated))},
        )
    if rules is not None and rules.factory_registration:
        without = tuple(each.firm_name for each in submission.members if not each.factory_number)
        yield Verdict(
            "FACTORY_REGISTRATION",
            "eligibility.partners.factory_registration",
            not without,
            {"cause": "partners", "firms": without},
        )
    yield _members_within(submission)


def _members_within(submission: Submission) -> Verdict:
    """What the partners are to receive is part of the case's subsidy, never more."""
    shares = sum(member.subsidy or 0 for member in submission.members)
    limit = submission.subsidy or 0
    return Verdict(
        "MEMBER_SUM",
        "budget.lines_sum",
        shares <= limit,
        {"value": shares, "limit": limit, "excess": max(0, shares - limit)},
    )


def _at_least(code: str, clause: str, value: int, limit: int, **facts: object) -> Verdict:
    return Verdict(
        code,
        clause,
        value >= limit,
        {**facts, "value": value, "limit": limit, "shortfall": max(0, limit - value)},
    )
