"""Rules about the firm: when it applied, what it is, what it declared, what it already holds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from backoffice.cases.rules.submission import Submission
from backoffice.cases.rules.verdicts import Known, Verdict
from backoffice.kernel.money import Ntd
from backoffice.scheme.rules import (
    Declaration,
    Edition,
    Eligibility,
    FactoryRuleKind,
    FactoryStatus,
    Proof,
    Registration,
    Variant,
)

_DENIAL_CODES = {
    Declaration.PRC_INVESTMENT: "PRC_INVESTMENT",
    Declaration.VENDOR_PRC: "PRC_INVESTMENT",
    Declaration.TAX_ARREARS: "TAX_ARREARS",
    Declaration.DISSOLVED: "DISSOLVED",
    Declaration.FOREIGN_BRANCH: "FOREIGN_BRANCH",
    Declaration.BANK_REFUSED: "BANK_REFUSED",
    Declaration.DUPLICATE_SUBSIDY: "DUPLICATE_SUBSIDY",
}
_PROOF_CODES = {
    Proof.TRADE_REGISTRATION: "TRADE_REGISTRATION",
    Proof.TRADEMARK: "TRADEMARK",
    Proof.MADE_IN_TAIWAN: "NOT_MADE_IN_TAIWAN",
}


def window(submission: Submission, edition: Edition, known: Known) -> Verdict:
    """Received from the opening instant to just before the closing, and before any early close."""
    span = edition.window_rolled(known.is_working_day)
    closure = known.closures.get(str(edition.key))
    facts: dict[str, object] = {
        "value_at": submission.received_at,
        "opens_at": span.opens_at,
        "closes_at": span.closes_at,
    }
    if not span.is_open_at(submission.received_at):
        is_early = submission.received_at < span.opens_at
        facts["cause"] = "not_open_yet" if is_early else "date"
        clause = "window.opens_at" if is_early else "window.closes_at"
        return Verdict("WINDOW_CLOSED", clause, False, facts)
    if closure is not None and submission.received_at >= closure.at:
        facts |= {"cause": closure.cause.value, "closed_at": closure.at}
        clause = f"window.early_close_causes.{closure.cause.value}"
        return Verdict("WINDOW_CLOSED", clause, False, facts)
    return Verdict(
        "WINDOW_CLOSED", "window.closes_at" if span.closes_at else "window.opens_at", True, facts
    )


def standing(
    submission: Submission, rules: Eligibility, variant: Variant | None
) -> Iterator[Verdict]:
    """How the firm is registered, its trade, its size and its factory, for one variant."""
    if rules.registrations:
        yield Verdict(
            "REGISTRATION",
            _clause(variant, "registrations"),
            rules.admits_registration(submission.registration or ""),
            {"value": submission.registration or "", "limit": _words(rules.registrations)},
        )
    if rules.industries:
        yield Verdict(
            "INDUSTRY",
            "eligibility.industries",
            rules.admits_industry(submission.industry or ""),
            {"value": submission.industry or "", "limit": rules.industries},
        )
    if rules.headcount is not None:
        yield _headcount(submission, rules, variant)
    if rules.sme is not None:
        yield _sme(submission, rules, variant)
    if rules.factory is not None:
        yield _factory(submission, rules, variant)


def declarations(submission: Submission, rules: Eligibility) -> Iterator[Verdict]:
    """What the firm declared of itself, where the scheme shuts out a yes."""
    for declaration in rules.deny:
        answer: bool | None = getattr(submission, declaration.value)
        yield Verdict(
            _DENIAL_CODES[declaration],
            f"eligibility.deny.{declaration.value}",
            None if answer is None else not answer,
            {
                "cause": "declared",
                "declaration": declaration.value,
                "value": _yes_no(answer),
            },
        )


def proofs(submission: Submission, rules: Eligibility) -> Iterator[Verdict]:
    """What the trade schemes ask a firm to hold or to show."""
    for proof in rules.requires:
        answer: bool | None = getattr(submission, proof.value)
        yield Verdict(
            _PROOF_CODES[proof],
            f"eligibility.requires.{proof.value}",
            answer,
            {"proof": proof.value, "value": _yes_no(answer)},
        )


def history(submission: Submission, edition: Edition, known: Known) -> Iterator[Verdict]:
    """What the office already knows of the firm and of its partners in a consortium.

    A firm that holds a subsidy of the scheme's family may not apply for another, nor be a
    partner in one (§1.0.4); of one scheme it may have so many cases at a time (Q47).
    """
    rules = edition.eligibility
    if rules.family is not None:
        yield from _holdings(submission, rules.family, known)
    if rules.cases_per_firm_max is not None:
        held = known.holders.get((rules.family or "", submission.ubn), ())
        live = known.live.get((edition.key.scheme, submission.ubn), ())
        # A case that is held already gave its own reason.
        others = tuple(each for each in _others(submission, live) if each not in held)
        yield Verdict(
            "CASES_PER_FIRM",
            "eligibility.cases_per_firm_max",
            len(others) < rules.cases_per_firm_max,
            {"value": len(others) + 1, "limit": rules.cases_per_firm_max, "cases": others},
        )


def _holdings(submission: Submission, family: str, known: Known) -> Iterator[Verdict]:
    firms = {
        submission.ubn: submission.firm_name,
        **{member.ubn: member.firm_name for member in submission.members},
    }
    for ubn, name in firms.items():
        held = _others(submission, known.holders.get((family, ubn), ()))
        if held or ubn == submission.ubn:
            yield Verdict(
                "DUPLICATE_SUBSIDY",
                "eligibility.family",
                not held,
                {"cause": "held", "firm": name, "ubn": ubn, "cases": held, "family": family},
            )


def _others(submission: Submission, numbers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(number for number in numbers if number != submission.number)


def _headcount(submission: Submission, rules: Eligibility, variant: Variant | None) -> Verdict:
    asked, measured = rules.headcount, submission.headcount
    assert asked is not None
    facts = {"op": asked.op.value, "limit": str(asked.value)}
    clause = _clause(variant, "headcount")
    is_waived = Registration.named(submission.registration or "") in rules.headcount_waived_for
    if measured is None:
        return Verdict("HEADCOUNT", clause, True if is_waived else None, facts)
    has_passed = is_waived or asked.holds(Fraction(measured))
    return Verdict("HEADCOUNT", clause, has_passed, {"value": f"{measured:f}", **facts})


def _sme(submission: Submission, rules: Eligibility, variant: Variant | None) -> Verdict:
    """Either test is enough, so one that is passed decides; a no needs both."""
    asked = rules.sme
    assert asked is not None
    capital, headcount = submission.paid_in_capital, submission.headcount
    is_small = (capital is not None and Ntd(capital) <= asked.capital_max) or (
        headcount is not None and headcount < asked.headcount_below
    )
    is_known = capital is not None and headcount is not None
    facts = {
        "value": capital,
        "limit": asked.capital_max.dollars,
        "headcount": None if headcount is None else f"{headcount:f}",
        "headcount_below": asked.headcount_below,
    }
    clause = f"{_clause(variant, 'sme')}.capital_max"
    return Verdict("SME", clause, is_small if is_small or is_known else None, facts)


def _factory(submission: Submission, rules: Eligibility, variant: Variant | None) -> Verdict:
    asked = rules.factory
    assert asked is not None
    is_status = asked.kind is FactoryRuleKind.STATUS
    written = submission.factory_status or ""
    accepted = (*asked.accepted, *((FactoryStatus.SPECIAL,) if asked.special_satisfies else ()))
    return Verdict(
        "FACTORY_STATUS" if is_status else "FACTORY_REGISTRATION",
        f"{_clause(variant, 'factory')}.accepted",
        asked.admits(FactoryStatus.named(written)),
        {
            "cause": "applicant",
            "value": written,
            "limit": _words(tuple(dict.fromkeys(accepted))),
        },
    )


def _clause(variant: Variant | None, rule: str) -> str:
    is_own = variant is not None and getattr(variant, rule) is not None
    return f"variants[{variant.key}].{rule}" if is_own and variant else f"eligibility.{rule}"


def _words(members: tuple[Registration, ...] | tuple[FactoryStatus, ...]) -> tuple[str, ...]:
    return tuple(each.value for each in members)


def _yes_no(answer: bool | None) -> str:
    return "" if answer is None else "是" if answer else "否"
