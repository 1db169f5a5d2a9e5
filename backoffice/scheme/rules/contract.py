"""An edition as a readable contract: one clause a rule, in the order an applicant asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.scheme.rules import conditions
from backoffice.scheme.rules.clauses import Book, Clause, Section
from backoffice.scheme.rules.parts import LoanClass, Variant

if TYPE_CHECKING:
    from backoffice.scheme.rules.edition import Edition


def clauses_of(edition: Edition) -> tuple[Clause, ...]:
    """Every rule of `edition`, grouped by section in reading order."""
    book = Book(edition)
    for tell in (*conditions.TELL, *_TELL):
        tell(edition, book)
    order = list(Section)
    return tuple(sorted(book.clauses, key=lambda clause: order.index(clause.section)))


def _places(edition: Edition, book: Book) -> None:
    seats = edition.seats
    if seats is None:
        return
    book.say(Section.PLACES, "seats.total", "seats.total", total=seats.total)
    book.say(Section.PLACES, "seats.order", "seats.order", order=seats.order)
    book.say(Section.PLACES, "seats.fee", "seats.fee", fee=seats.fee)
    if seats.tax:
        book.say(
            Section.PLACES, "seats.tax", "seats.tax",
            mode=seats.tax, net=seats.fee_net, tax=seats.fee_tax,
        )  # fmt: skip
    if seats.hold_days:
        book.say(Section.PLACES, "seats.hold", "seats.hold_days", days=seats.hold_days)
    book.say(Section.PLACES, "seats.refund", "seats.refund_days", days=seats.refund_days)
    code = "seats.reoffered" if seats.reoffer else "seats.not_reoffered"
    book.say(Section.PLACES, code, "seats.reoffer")
    if seats.delivery_months:
        path = "seats.delivery_months"
        book.say(Section.PLACES, "seats.delivery", path, months=seats.delivery_months)


def _loans(edition: Edition, book: Book) -> None:
    loans = edition.loans
    if loans is None:
        return
    for variant in edition.variants:
        if variant.loan:
            _loan_class(book, variant, variant.loan)
    path = "loans.subsidised_principal_max"
    book.say(Section.LOANS, "loan.principal", path, amount=loans.subsidised_principal_max)
    for place, rate in enumerate(loans.reference_rates, 1):
        path = f"loans.reference_rates[{place}].rate_ppm"
        book.say(Section.LOANS, "loan.rate", path, since=rate.since, rate_ppm=rate.rate_ppm)
    book.say(Section.LOANS, "loan.day_count", "loans.days_in_year", days=loans.days_in_year)
    path = "loans.guarantee_fee_bp"
    book.say(Section.LOANS, "loan.guarantee_fee", path, fee_bp=loans.guarantee_fee_bp)
    if loans.one_class_only:
        book.say(Section.LOANS, "loan.one_class", "loans.one_class_only")


def _loan_class(book: Book, variant: Variant, loan: LoanClass) -> None:
    stated: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("loan.limit", "limit", {"amount": loan.limit}),
        ("loan.working_capital", "working_capital_limit", {"amount": loan.working_capital_limit}),
        ("loan.capital_share", "capital_share_bp", {"share_bp": loan.capital_share_bp}),
        ("loan.conditions", "condition_notes", {"notes": loan.condition_notes}),
        ("loan.years", "subsidised_years", {"years": loan.subsidised_years}),
        ("loan.borrower", "borrower_ppm", {"rate_ppm": loan.borrower_ppm}),
        ("loan.borrower_free", "borrower_free_up_to", {"amount": loan.borrower_free_up_to}),
        ("loan.guarantee", "guarantee_min_bp", {"min_bp": loan.guarantee_min_bp}),
        ("loan.full_guarantee", "full_guarantee_up_to", {"amount": loan.full_guarantee_up_to}),
    )
    for code, key, facts in stated:
        if all(facts.values()):
            path = f"variants[{variant.key}].loan.{key}"
            book.say(Section.LOANS, code, path, variant=variant, **facts)


def _training(edition: Edition, book: Book) -> None:
    training = edition.training
    if training is None:
        return
    book.say(Section.TRAINING, "training.fee", "training.fee", fee=training.fee)
    path = "training.attendance_min_bp"
    book.say(Section.TRAINING, "training.attendance", path, min_bp=training.attendance_min_bp)
    book.say(Section.TRAINING, "training.streams", "training.streams", streams=training.streams)


def _scoring(edition: Edition, book: Book) -> None:
    if edition.benefits:
        book.say(
            Section.SCORING, "score.benefits", "benefits",
            economic=edition.benefits.economic_min, key=edition.benefits.key_min,
        )  # fmt: skip
    scoring = edition.scoring
    if scoring is None:
        return
    for criterion in scoring.criteria:
        path = f"scoring.criteria[{criterion.key}]"
        book.say(
            Section.SCORING, "score.criterion", f"{path}.weight",
            criterion=criterion, weight=criterion.weight,
        )  # fmt: skip
        if criterion.floor is not None:
            book.say(
                Section.SCORING, "score.floor", f"{path}.floor",
                criterion=criterion, floor=criterion.floor,
            )  # fmt: skip
    facts: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("score.scale", "scale_max", {"low": scoring.scale_min, "high": scoring.scale_max}),
        ("score.panel", "panel_size", {"size": scoring.panel_size, "quorum": scoring.quorum}),
        (
            "score.rounding", "mean_decimals",
            {"decimals": scoring.mean_decimals, "rounding": scoring.mean_rounding},
        ),
        ("score.pass_mark", "pass_mark", {"hundredths": scoring.pass_mark}),
        ("score.total_cap", "total_cap", {"hundredths": scoring.total_cap}),
        ("score.divergence", "divergence_limit", {"points": scoring.divergence_limit}),
        ("score.comment", "comment_below", {"points": scoring.comment_below}),
    )  # fmt: skip
    for code, key, stated in facts:
        book.say(Section.SCORING, code, f"scoring.{key}", **stated)
    if scoring.bonus:
        bonus = scoring.bonus
        path = "scoring.bonus"
        book.say(Section.BONUS, "bonus.share", f"{path}.share_min_bp", min_bp=bonus.share_min_bp)
        book.say(Section.BONUS, "bonus.points", f"{path}.max_points", hundredths=bonus.max_points)
        code = "bonus.can_rescue" if bonus.can_rescue else "bonus.cannot_rescue"
        book.say(Section.BONUS, code, f"{path}.can_rescue")


def _checkpoints(edition: Edition, book: Book) -> None:
    rules = edition.checkpoints
    if rules is None:
        return
    section, path = Section.CHECKPOINTS, "checkpoints"
    book.say(section, "checkpoints.sum", f"{path}.sum_bp", sum_bp=rules.sum_bp)
    book.say(
        section, "checkpoints.midterm", f"{path}.by_midterm_min_bp", min_bp=rules.by_midterm_min_bp
    )
    book.say(section, "checkpoints.months", f"{path}.midterm_months", months=rules.midterm_months)
    book.say(section, "checkpoints.grace", f"{path}.grace_days", days=rules.grace_days)
    path = f"{path}.correction_months"
    book.say(section, "checkpoints.correction", path, months=rules.correction_months)


def _payment(edition: Edition, book: Book) -> None:
    last = len(edition.tranches)
    for rule in edition.tranches:
        book.say(
            Section.PAYMENT, "payment.rest" if rule.number == last else "payment.tranche",
            f"tranches[{rule.number}].share_bp",
            number=rule.number, share_bp=rule.share_bp, release=rule.release,
        )  # fmt: skip
    award = edition.award
    if award:
        path = "award.sign_by_days"
        book.say(
            Section.PAYMENT, "award.sign", path,
            days=award.sign_by_days, extension_months=award.sign_extension_months,
        )  # fmt: skip
        path = "award.revised_plan_days"
        book.say(Section.PAYMENT, "award.revised_plan", path, days=award.revised_plan_days)
        book.say(Section.PAYMENT, "award.offer", "award.offer_days", days=award.offer_days)
    rules = edition.settlement
    if rules is None:
        return
    if rules.proportional:
        book.say(Section.PAYMENT, "settlement.proportional", "settlement.proportional")
    for code, key, bp in (
        ("settlement.tolerance", "flow_tolerance_bp", rules.flow_tolerance_bp),
        ("settlement.change_free", "change_free_bp", rules.change_free_bp),
        ("settlement.interest", "clawback_interest_bp", rules.clawback_interest_bp),
    ):
        book.say(Section.PAYMENT, code if bp else f"{code}_none", f"settlement.{key}", limit_bp=bp)
    for key, asked in (
        ("retest_category_caps", rules.retest_category_caps),
        ("cpa_report_required", rules.cpa_report_required),
    ):
        code = f"settlement.{key}" if asked else f"settlement.no_{key}"
        book.say(Section.PAYMENT, code, f"settlement.{key}")


def _papers(edition: Edition, book: Book) -> None:
    for document in edition.documents:
        path = f"documents[{document.code}]"
        code = f"paper.{document.need.value}"
        facts: dict[str, object] = {"document": document, "max_bytes": document.max_bytes}
        if document.condition:
            facts["condition"] = document.condition
        book.say(Section.PAPERS, code, f"{path}.need", **facts)
        if document.max_age_months:
            months = document.max_age_months
            path_of_age = f"{path}.max_age_months"
            book.say(Section.PAPERS, "paper.age", path_of_age, document=document, months=months)
        if not document.may_supplement:
            path = f"{path}.may_supplement"
            book.say(Section.PAPERS, "paper.final", path, document=document)


def _handling(edition: Edition, book: Book) -> None:
    section = Section.HANDLING
    if edition.review:
        review = edition.review
        book.say(section, "review.service", "review.service_days", days=review.service_days)
        book.say(section, "review.outer", "review.outer_months", months=review.outer_months)
        book.say(section, "review.default", "review.default_months", months=review.default_months)
    if edition.supplement:
        rules = edition.supplement
        book.say(
            section, "supplement.deadline", "supplement.days",
            days=rules.days, months_max=rules.months_max,
        )  # fmt: skip
        book.say(
            section, "supplement.rounds", "supplement.rounds",
            rounds=rules.rounds, extra=rules.extra_rounds,
        )  # fmt: skip
    if edition.recusal:
        years = edition.recusal.lookback_years
        book.say(section, "recusal.lookback", "recusal.lookback_years", years=years)
        for ground in edition.recusal.grounds:
            book.say(section, "recusal.ground", "recusal.grounds", ground=ground)


def _closing(edition: Edition, book: Book) -> None:
    if edition.closing:
        for condition in edition.closing.conditions:
            path = f"closing.conditions.{condition.value}"
            book.say(Section.CLOSING, "closing.condition", path, condition=condition)
        if edition.closing.targets:
            code = f"closing.targets_{edition.closing.targets.value}"
            book.say(Section.CLOSING, code, "closing.targets")


_TELL = (
    _places,
    _loans,
    _training,
    _scoring,
    _checkpoints,
    _payment,
    _papers,
    _handling,
    _closing,
)
