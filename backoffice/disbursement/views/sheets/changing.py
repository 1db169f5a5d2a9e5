"""剔除, 更正帳戶, 疑義: what may happen to one line before its sheet is sent."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.disbursement.forms.sheets import CorrectLineForm, QueryForm, ReasonedForm
from backoffice.disbursement.operations.sheets import (
    answer_query,
    correct_line,
    exclude_line,
    query_line,
)
from backoffice.disbursement.queries.sheets import LineRow
from backoffice.disbursement.rules.lifecycles import SheetState
from backoffice.disbursement.rules.sheets import may_amend, may_ask, may_check, may_exclude
from backoffice.disbursement.views.blueprint import blueprint
from backoffice.disbursement.views.frame import worded
from backoffice.disbursement.views.sheets.frame import Opened, nth, opened
from backoffice.kernel.money import Ntd
from backoffice.messages import shown
from backoffice.web import guard
from backoffice.web.filters import ntd_unit, roc_datetime
from backoffice.web.guard import page
from backoffice.web.pieces import Change
from backoffice.web.render import render


@blueprint.route("/sheets/<int:sheet_id>/lines/<int:payment_id>/exclude", methods=["GET", "POST"])
@page(requires=Permission.SHEET_MAKE)
def exclude_sheet_line(sheet_id: int, payment_id: int) -> ResponseReturnValue:
    """Take a line out of a sheet, with a reason."""
    found = opened(sessions.session(), sheet_id)
    line = _line(found, payment_id)
    form = ReasonedForm(version=found.record.version)
    version, reason = form.version, form.reason
    if form.submitted() and form.attempt(
        exclude_line, sheet_id, version.number, payment_id, reason.text
    ):
        return _done(sheet_id, gettext("已剔除，控制碼於覆核時重算；該期款可編入其他清冊。"))
    form.show_version(found.record.version)
    after = found.record.total - line.amount
    return render(
        record=found.record,
        line=line,
        form=form,
        nth=nth,
        blocked=worded(may_exclude(found.facts, len(found.lines))),
        changes=[*_state(found), *_sums(found, len(found.lines) - 1, after)],
        effects=[*_voided(found), gettext("期款回到審核通過，可編入其他清冊。")],
        sheet_url=_url(sheet_id),
    )


@blueprint.route("/sheets/<int:sheet_id>/lines/<int:payment_id>/account", methods=["GET", "POST"])
@page(requires=Permission.CLAIM_WORK)
def correct_sheet_line(sheet_id: int, payment_id: int) -> ResponseReturnValue:
    """Pay a line to the account that the firm's new passbook page shows."""
    found = opened(sessions.session(), sheet_id)
    line = _line(found, payment_id)
    form = CorrectLineForm(version=found.record.version, holder=line.claim.firm_name)
    if form.submitted() and form.attempt(
        correct_line,
        sheet_id,
        form.version.number,
        payment_id,
        form.account,
        form.passbook.upload,
        form.reason.text,
    ):
        return _done(sheet_id, gettext("已更正帳戶，該筆改列於清冊末；請重新覆核及核准。"))
    form.show_version(found.record.version)
    return render(
        record=found.record,
        line=line,
        form=form,
        nth=nth,
        blocked=worded(may_amend(found.facts)),
        effects=[*_voided(found), gettext("更正人不得辦理本清冊其後的各步驟。")],
        sheet_url=_url(sheet_id),
    )


@blueprint.route("/sheets/<int:sheet_id>/lines/<int:payment_id>/query", methods=["GET", "POST"])
@page(requires=Permission.SHEET_CHECK)
def query_sheet_line(sheet_id: int, payment_id: int) -> ResponseReturnValue:
    """Ask about a line; the check waits for the answer."""
    found = opened(sessions.session(), sheet_id)
    line = _line(found, payment_id)
    form = QueryForm(version=found.record.version)
    if form.submitted() and form.attempt(
        query_line, sheet_id, form.version.number, payment_id, form.note.text
    ):
        flash(gettext("已提出疑義；編製人員回覆或剔除前不能覆核。"), "good")
        return redirect(url_for("disbursement.check_sheet", sheet_id=sheet_id), code=303)
    form.show_version(found.record.version)
    return render(
        record=found.record,
        line=line,
        form=form,
        nth=nth,
        blocked=worded(may_ask(found.facts) or may_check(found.facts, guard.actor().id)),
        back_url=url_for("disbursement.check_sheet", sheet_id=sheet_id),
    )


@blueprint.route("/sheets/<int:sheet_id>/lines/<int:payment_id>/answer", methods=["GET", "POST"])
@page(requires=Permission.SHEET_MAKE)
def answer_sheet_line(sheet_id: int, payment_id: int) -> ResponseReturnValue:
    """Answer what the checker asked about a line."""
    found = opened(sessions.session(), sheet_id)
    line = _line(found, payment_id)
    asked = found.history.queries.get(payment_id, ())
    form = QueryForm(version=found.record.version)
    if form.submitted() and form.attempt(
        answer_query, sheet_id, form.version.number, payment_id, form.note.text
    ):
        return _done(sheet_id, gettext("已回覆，覆核可以繼續。"))
    form.show_version(found.record.version)
    return render(
        record=found.record,
        line=line,
        form=form,
        nth=nth,
        asked=asked,
        blocked=worded(may_ask(found.facts)),
        exclude_url=url_for(
            "disbursement.exclude_sheet_line", sheet_id=sheet_id, payment_id=payment_id
        ),
        sheet_url=_url(sheet_id),
    )


def _line(found: Opened, line_id: int) -> LineRow:
    for line in found.lines:
        if line.id == line_id:
            return line
    raise NotFound


def _state(found: Opened) -> Iterator[Change]:
    if found.record.state is not SheetState.MADE:
        yield Change(gettext("清冊狀態"), shown(found.record.state), shown(SheetState.MADE))


def _sums(found: Opened, count: int, total: Ntd) -> Iterator[Change]:
    yield Change(gettext("筆數"), str(found.record.row_count), str(count))
    yield Change(gettext("合計"), ntd_unit(found.record.total), ntd_unit(total))


def _voided(found: Opened) -> Iterator[str]:
    """Which signatures the change voids: whose, and when they were given."""
    for each in found.record.signed:
        yield gettext(
            "%(name)s %(when)s 的%(step)s失效，須重新辦理。",
            name=each.name,
            when=roc_datetime(each.at),
            step=shown(each.step),
        )
    if found.record.state is SheetState.APPROVED:
        yield gettext(
            "已動支的分配數 %(total)s回復；原清冊檔及銀行媒體檔不再使用。",
            total=ntd_unit(found.record.total),
        )


def _done(sheet_id: int, words: str) -> Response:
    flash(words, "good")
    return redirect(_url(sheet_id), code=303)


def _url(sheet_id: int) -> str:
    return url_for("disbursement.sheet", sheet_id=sheet_id)
