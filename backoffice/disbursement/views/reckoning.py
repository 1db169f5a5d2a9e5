"""A settlement in words: every category, every limit as a sentence, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from backoffice.cases.queries import CaseHead
from backoffice.disbursement.queries.closing import SettlementRow, basis_of, settlement_of
from backoffice.disbursement.rules.settlement import (
    CategoryRecognised,
    Limit,
    LimitStep,
    Outcome,
    settle,
)
from backoffice.disbursement.views.frame import worded
from backoffice.kernel.money import Ntd
from backoffice.kernel.names import Name
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import in_words
from backoffice.scheme.rules import Edition
from backoffice.web.filters import ntd, percent_bp


@dataclass(frozen=True, slots=True)
class Working:
    """One limit: its name, how it is reckoned, and whether it decides."""

    label: str
    sentence: str
    amount: Ntd
    binds: bool


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A settlement as a page shows it; `is_made`: on record, else as it would be now."""

    is_made: bool
    categories: tuple[CategoryRecognised, ...]
    workings: tuple[Working, ...]
    award: Ntd
    recognised: Ntd
    recognised_grant: Ntd
    final: Ntd
    final_words: str
    paid: Ntd
    tranche2: Ntd
    clawback: Ntd
    lapsed: Ntd


@dataclass(frozen=True, slots=True)
class Preview:
    """The settlement, or why there can be none yet."""

    reckoning: Reckoning | None
    refusal: str | None


def preview_of(session: Session, head: CaseHead, edition: Edition) -> Preview:
    """The settlement on record, or as the invoices entered so far would make it."""
    made = settlement_of(session, head.id)
    if made is not None:
        return Preview(_recorded(made, edition), None)
    try:
        basis = basis_of(session, head.id, edition)
    except Refused as refusal:
        return Preview(None, worded(refusal))
    variant = edition.variant(head.variant) if head.variant else None
    return Preview(_computed(settle(basis, edition, variant), edition), None)


def _computed(outcome: Outcome, edition: Edition) -> Reckoning:
    basis = outcome.basis
    sums = _Sums(basis.award, basis.award_total, outcome.recognised)
    return Reckoning(
        is_made=False,
        categories=outcome.categories,
        workings=tuple(_workings(outcome.limits, sums, edition)),
        award=basis.award,
        recognised=outcome.recognised,
        recognised_grant=outcome.recognised_grant,
        final=outcome.final,
        final_words=in_words(outcome.final),
        paid=basis.paid,
        tranche2=outcome.tranche2,
        clawback=outcome.clawback,
        lapsed=outcome.lapsed,
    )


def _recorded(made: SettlementRow, edition: Edition) -> Reckoning:
    """The settlement as it was computed then, from its own steps."""
    limits = [
        LimitStep(Limit(step["limit"]), Ntd(step["amount"]), step["binds"])
        for step in made.steps["limits"]
    ]
    sums = _Sums(made.award, made.award_total, made.recognised)
    return Reckoning(
        is_made=True,
        categories=tuple(
            CategoryRecognised(
                category=each["category"],
                label=_label(each["category"], edition),
                approved=Ntd(each["approved"]),
                accepted=Ntd(each["accepted"]),
                recognised=Ntd(each["recognised"]),
                is_grant=each["grant"],
            )
            for each in made.steps["categories"]
        ),
        workings=tuple(_workings(limits, sums, edition)),
        award=made.award,
        recognised=made.recognised,
        recognised_grant=made.recognised_grant,
        final=made.final,
        final_words=in_words(made.final),
        paid=made.paid_before,
        tranche2=made.tranche2,
        clawback=made.clawback,
        lapsed=made.lapsed,
    )


def _label(code: str, edition: Edition) -> Name | str:
    rule = edition.category_named(code)
    return rule.name if rule else code


@dataclass(frozen=True, slots=True)
class _Sums:
    award: Ntd
    award_total: Ntd
    recognised: Ntd


def _workings(limits: Sequence[LimitStep], sums: _Sums, edition: Edition) -> Iterator[Working]:
    for step in limits:
        label, sentence = _words(step.limit, sums, edition)
        yield Working(label, sentence, step.amount, step.binds)


def _words(limit: Limit, sums: _Sums, edition: Edition) -> tuple[str, str]:
    match limit:
        case Limit.AWARD:
            return gettext("核定補助款"), gettext("不超過契約核定的補助款。")
        case Limit.PROPORTION:
            return gettext("核定比例"), gettext(
                "認列 %(recognised)s × 核定補助款 %(award)s ÷ 核定總經費 %(total)s，元以下捨去。",
                recognised=ntd(sums.recognised),
                award=ntd(sums.award),
                total=ntd(sums.award_total),
            )
        case Limit.RATIO:
            assert edition.budget is not None
            return gettext("補助比率上限"), gettext(
                "認列 %(recognised)s × %(ratio)s，元以下捨去。",
                recognised=ntd(sums.recognised),
                ratio=percent_bp(edition.budget.subsidy_max_bp),
            )
        case Limit.SUBSIDISABLE:
            return gettext("可補助科目認列數"), gettext("補助款只能支應可補助科目的認列數。")
        case Limit.CAP:
            return gettext("每案補助上限"), gettext("不超過方案規定的每案上限。")
