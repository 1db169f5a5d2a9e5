"""Rules about what the firm asks for beside a grant: loans and places in a course."""

from __future__ import annotations

from collections.abc import Iterator

from backoffice.cases.rules.submission import Loan, LoanPurpose, Submission
from backoffice.cases.rules.verdicts import Verdict, percent
from backoffice.kernel.money import Ntd, within
from backoffice.scheme.rules import Edition, LoanClass, Variant

_WHOLE_BP = 10_000


def loans(
    submission: Submission, edition: Edition, variants: tuple[Variant, ...]
) -> Iterator[Verdict]:
    """One class only, and within its limits; `variants` are the classes that were asked for."""
    if edition.loans is None:
        return
    if edition.loans.one_class_only:
        yield Verdict(
            "LOAN_ONE_CLASS",
            "loans.one_class_only",
            len(variants) <= 1,
            {"value": tuple(variant.key for variant in variants), "limit": 1},
        )
    for variant in variants:
        if variant.loan is not None:
            asked = [each for each in submission.loans if _is_of(each, edition, variant)]
            yield from _of_class(asked, variant.loan, f"variants[{variant.key}].loan")


def trainees(submission: Submission, edition: Edition) -> Iterator[Verdict]:
    """Somebody is to be trained, and everybody is in service."""
    if edition.training is None:
        return
    count = len(submission.trainees)
    yield Verdict("TRAINEE_MISSING", "training.streams", count > 0, {"value": count, "limit": 1})
    idle = tuple(each.name for each in submission.trainees if not each.is_employed)
    yield Verdict("TRAINEE_NOT_EMPLOYED", "eligibility.industries", not idle, {"names": idle})


def _is_of(loan: Loan, edition: Edition, variant: Variant) -> bool:
    return edition.variant_of(loan.loan_class, None) is variant


def _of_class(asked: list[Loan], rules: LoanClass, path: str) -> Iterator[Verdict]:
    total = sum(each.amount for each in asked)
    yield Verdict(
        "AMOUNT_ZERO", f"{path}.subsidised_years", total > 0, {"value": total, "limit": 1}
    )
    if rules.limit is not None:
        yield _over_limit(total, rules.limit, f"{path}.limit")
    if rules.working_capital_limit is not None:
        working = [each.amount for each in asked if each.used_for is LoanPurpose.WORKING]
        if working:
            yield _over_limit(
                sum(working), rules.working_capital_limit, f"{path}.working_capital_limit"
            )
    if rules.capital_share_bp is not None:
        yield from _capital_shares(asked, rules.capital_share_bp, f"{path}.capital_share_bp")
    if rules.conditions:
        claimed = tuple(sorted({condition for each in asked for condition in each.conditions}))
        yield Verdict(
            "LOAN_CONDITION",
            f"{path}.conditions",
            all(set(each.conditions) & set(rules.conditions) for each in asked),
            {"value": claimed, "limit": rules.conditions},
        )


def _capital_shares(asked: list[Loan], share_bp: int, clause: str) -> Iterator[Verdict]:
    """Loans for the same plan, known by its cost, are judged together."""
    by_plan: dict[int, int] = {}
    for each in asked:
        if each.used_for is LoanPurpose.CAPITAL and each.plan_cost is not None:
            by_plan[each.plan_cost] = by_plan.get(each.plan_cost, 0) + each.amount
    for plan_cost, amount in by_plan.items():
        limit = plan_cost * share_bp // _WHOLE_BP
        yield Verdict(
            "LOAN_OVER_SHARE",
            clause,
            within(Ntd(amount), Ntd(plan_cost), share_bp),
            {
                "value": amount,
                "total": plan_cost,
                "percent": percent(share_bp),
                "limit": limit,
                "excess": max(0, amount - limit),
            },
        )


def _over_limit(amount: int, limit: Ntd, clause: str) -> Verdict:
    return Verdict(
        "LOAN_OVER_LIMIT",
        clause,
        amount <= limit.dollars,
        {"value": amount, "limit": limit.dollars, "excess": max(0, amount - limit.dollars)},
    )
