"""One loan: its balance, its rates, its schedule month by month, what was claimed and paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from flask import Response, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from backoffice.access import Actor, Permission
from backoffice.cases import desk
from backoffice.db import sessions
from backoffice.disbursement.queries.carryover import carry_overs_of, obligation_of
from backoffice.disbursement.queries.loans import (
    BankLineRow,
    LoanRow,
    MovementRow,
    accepted_lines,
    applied_loans,
    lent,
    lines_of_loan,
    movement_rows,
)
from backoffice.disbursement.queries.recoveries import recoveries_of
from backoffice.disbursement.rules.carryover import carrying_refusal
from backoffice.disbursement.rules.loans import (
    BankLineState,
    Lent,
    LoanState,
    Month,
    Rate,
    balance_on,
    exact,
    schedule,
    spans,
    withdrawal_refusal,
)
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.early import recovery_badge
from backoffice.disbursement.views.frame import today
from backoffice.disbursement.views.loans.frame import (
    class_words,
    exact_words,
    line_badge,
    loan_badge,
    loan_frame,
    rate_words,
    the_loan,
)
from backoffice.kernel.money import ZERO, Ntd
from backoffice.messages import shown
from backoffice.spreadsheets.layout import CellValue, ColumnKind
from backoffice.spreadsheets.layout import Column as SheetColumn
from backoffice.web import guard
from backoffice.web.charts import Chart, Point, s_curve
from backoffice.web.guard import page
from backoffice.web.lists import KINDS, Listing, list_files, send_list
from backoffice.web.pieces import Action, Column
from backoffice.web.render import render

desk.register_tab(
    _("貸款與利息補貼"),
    "disbursement.loan",
    Permission.LOAN_READ,
    30,
    concerns=lambda edition: edition.loans is not None,
)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the schedule with what was claimed for days that end in it."""

    number: int
    month: Month
    exact: str
    claimed: Ntd
    paid: Ntd


@blueprint.get("/cases/<int:case_id>/loan")
@page(requires=Permission.LOAN_READ)
def loan(case_id: int) -> Response:
    """The loan, or what the application says of it before it is registered."""
    facts, day, session = loan_frame(case_id), today(), sessions.session()
    row = facts["loan"]
    if row is None:
        return render(
            **facts,
            applied=applied_loans(session, case_id),
            applied_columns=_applied_columns(),
            may_work=guard.actor().may(Permission.LOAN_WORK),
        )
    known = lent(session, row)
    claimed = lines_of_loan(session, row.id)
    months = _months(known, claimed)
    movements = movement_rows(session, row.id)
    return render(
        **facts,
        badge=loan_badge(row, day),
        class_words=class_words(row.edition, row.loan_class),
        balance=balance_on(known.movements, day),
        offers=list(_offers(row, guard.actor(), day, known)),
        carried=carry_overs_of(session, case_id),
        movements=movements,
        withdrawable=_withdrawable(row, movements),
        movement_columns=_movement_columns(),
        spans=spans(known.movements, row.starts_on, row.ends_on),
        span_columns=_span_columns(),
        rates=_rates_in(known, row),
        rate_words=rate_words,
        months=months,
        month_columns=_month_columns(),
        lines=[(line, line_badge(line.state)) for line in claimed],
        asked_back={
            line.tranche_id: line.paid.asked_back for line in accepted_lines(session, row.id)
        },
        line_columns=_line_columns(),
        chart=_chart(known, months, claimed, day),
        terms=known.terms,
        demands=[(each, recovery_badge(each, day)) for each in recoveries_of(session, case_id)],
        files=list_files("disbursement.loan_schedule", case_id=case_id),
        may_open_case=guard.actor().may(Permission.CASE_READ),
    )


@blueprint.get(f"/cases/<int:case_id>/loan/schedule.<{KINDS}:kind>")
@page(requires=Permission.LOAN_READ)
def loan_schedule(case_id: int, kind: str) -> Response:
    """The schedule of one loan, step by step: days × principal × rate."""
    session = sessions.session()
    row = the_loan(loan_frame(case_id))
    rows = list(_step_cells(_months(lent(session, row), lines_of_loan(session, row.id))))
    asked = [(gettext("案件編號"), row.case_number), (gettext("狀態"), shown(row.state))]
    return send_list(session, Listing(gettext("利息補貼試算"), _step_sheet(), rows, asked), kind)


def _months(known: Lent, claimed: Sequence[BankLineRow]) -> list[MonthLine]:
    """Each month with the lines that end in it; months of banks and ours need not agree."""
    accepted = [line for line in claimed if line.state is BankLineState.ACCEPTED]
    found = []
    for number, month in enumerate(schedule(known.terms, known.movements, known.rates), start=1):
        ending = [line for line in accepted if month.from_on <= line.through_on <= month.through_on]
        found.append(
            MonthLine(
                number,
                month,
                exact_words(exact(month.steps)),
                _sum(line.paid for line in ending),
                _sum(line.paid for line in ending if line.paid_on is not None),
            )
        )
    return found


def _sum(amounts: Iterator[Ntd | None]) -> Ntd:
    return Ntd(sum(each.dollars for each in amounts if each is not None))


def _rates_in(known: Lent, row: LoanRow) -> list[tuple[Rate, date, date]]:
    """The rates that hold on subsidised days, each with the first and last of these days."""
    found = []
    for place, rate in enumerate(known.rates):
        later = known.rates[place + 1 :]
        end = min(row.ends_on, later[0].since) if later else row.ends_on
        if later and end == later[0].since:
            end = date.fromordinal(end.toordinal() - 1)
        first = max(row.starts_on, rate.since)
        if first <= end:
            found.append((rate, first, end))
    return found


def _chart(
    known: Lent, months: Sequence[MonthLine], claimed: Sequence[BankLineRow], day: date
) -> Chart:
    """Subsidy expected by month, and paid by the day on which it reached the bank."""
    expected = accumulate(line.month.due.dollars for line in months)
    planned = [Point(known.terms.starts_on, ZERO)]
    planned += [
        Point(line.month.through_on, Ntd(amount))
        for line, amount in zip(months, expected, strict=True)
    ]
    paid = sorted(
        (line.paid_on, line.paid.dollars) for line in claimed if line.paid_on and line.paid
    )
    sums = accumulate(amount for _day, amount in paid)
    actual = [Point(known.terms.starts_on, ZERO)]
    actual += [Point(on, Ntd(amount)) for (on, _amount), amount in zip(paid, sums, strict=True)]
    return s_curve(
        "loan", title=gettext("利息補貼：預計與已撥付"), actual=actual, planned=planned, today=day
    )


def _offers(row: LoanRow, actor: Actor, day: date, known: Lent) -> Iterator[Action]:
    """What this person may do about the loan; once ended, only enter what the bank tells late."""
    if row.state is LoanState.ENDED and row.accepted and actor.may(Permission.LOAN_WORK):
        yield _action(gettext("登錄撥貸或還本"), "disbursement.move_loan", row)
    if row.state is not LoanState.RUNNING:
        return
    if actor.may(Permission.LOAN_WORK):
        over = row.ends_on < day or not balance_on(known.movements, day)
        if row.rate_since < known.rates[-1].since <= row.ends_on:
            yield _action(gettext("重算補貼上限"), "disbursement.recommit_loan", row, primary=True)
        if over:
            yield _action(gettext("結束利息補貼"), "disbursement.end_loan", row, primary=True)
        yield _action(
            gettext("登錄撥貸或還本"), "disbursement.move_loan", row, primary=not over, key="."
        )
    if actor.may(Permission.BUDGET_ENTER) and _may_be_carried_over(row, day):
        yield _action(gettext("登錄保留"), "disbursement.carry_over", row)
    if actor.may(Permission.ENDING_PREPARE):
        yield _action(gettext("違約收回"), "disbursement.call_loan", row)


def _withdrawable(row: LoanRow, movements: Sequence[MovementRow]) -> int | None:
    """The late notice that this person may withdraw; what it rests on is said on its page."""
    if not guard.actor().may(Permission.LOAN_WORK):
        return None
    found = (
        each.id for each in movements if withdrawal_refusal(row.state, each.notice, ()) is None
    )
    return next(found, None)


def _may_be_carried_over(row: LoanRow, day: date) -> bool:
    obligation = obligation_of(sessions.session(), row.scheme, row.case_id)
    return carrying_refusal(obligation, day) is None


def _action(
    label: str, endpoint: str, row: LoanRow, *, primary: bool = False, key: str = ""
) -> Action:
    return Action(label=label, url=url_for(endpoint, case_id=row.case_id), primary=primary, key=key)


def _applied_columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("類別")),
        Column(gettext("用途")),
        Column(gettext("申請金額"), numeric=True, unit=unit),
        Column(gettext("計畫經費"), numeric=True, unit=unit),
        Column(gettext("資格條件")),
        Column(gettext("承貸銀行")),
        Column(gettext("撥貸日")),
    )


def _movement_columns() -> tuple[Column, ...]:
    return (
        Column(gettext("日期")),
        Column(gettext("異動")),
        Column(gettext("金額"), numeric=True, unit=gettext("元")),
        Column(gettext("銀行通知")),
        Column(gettext("登錄人")),
    )


def _span_columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("起日")),
        Column(gettext("迄日")),
        Column(gettext("日數"), numeric=True, unit=gettext("日")),
        Column(gettext("本金餘額"), numeric=True, unit=unit),
    )


def _month_columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("月次")),
        Column(gettext("期間")),
        Column(gettext("未進位"), numeric=True, unit=unit),
        Column(gettext("預計補貼"), numeric=True, unit=unit),
        Column(gettext("已受理"), numeric=True, unit=unit),
        Column(gettext("已撥付"), numeric=True, unit=unit),
        Column(gettext("說明")),
    )


def _line_columns() -> tuple[Column, ...]:
    unit = gettext("元")
    return (
        Column(gettext("期間")),
        Column(gettext("請款函")),
        Column(gettext("請領"), numeric=True, unit=unit),
        Column(gettext("試算"), numeric=True, unit=unit),
        Column(gettext("受理"), numeric=True, unit=unit),
        Column(gettext("狀態")),
        Column(gettext("撥付日")),
    )


def _step_sheet() -> list[SheetColumn]:
    return [
        SheetColumn(gettext("月次"), ColumnKind.COUNT, 8),
        SheetColumn(gettext("起日"), ColumnKind.DATE, 16),
        SheetColumn(gettext("迄日"), ColumnKind.DATE, 16),
        SheetColumn(gettext("日數"), ColumnKind.COUNT, 8),
        SheetColumn(gettext("本金餘額"), ColumnKind.MONEY, 16),
        SheetColumn(gettext("補貼本金"), ColumnKind.MONEY, 16),
        SheetColumn(gettext("補貼年息"), width=12),
        SheetColumn(gettext("借款人自付年息"), width=16),
        SheetColumn(gettext("未進位利息"), width=18),
        SheetColumn(gettext("本月預計補貼"), ColumnKind.MONEY, 16),
    ]


def _step_cells(months: Sequence[MonthLine]) -> Iterator[Sequence[CellValue]]:
    for line in months:
        for step in line.month.steps:
            yield (
                line.number,
                step.from_on,
                step.through_on,
                step.days,
                step.balance,
                step.principal,
                rate_words(step.rate_ppm),
                rate_words(step.borrower_ppm),
                exact_words(step.exact),
                line.month.due,
            )
