"""The register by which reviewers are barred from cases of firms they worked for (迴避 R3)."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.people import operations, queries
from backoffice.people.forms import EmploymentForm, EndEmploymentForm
from backoffice.people.views.room import blueprint
from backoffice.web.guard import page
from backoffice.web.render import render


@blueprint.route("/people/<int:account_id>/employments/new", methods=["GET", "POST"])
@page(requires=Permission.PEOPLE_MANAGE)
def add_employment(account_id: int) -> ResponseReturnValue:
    """Enter an employment, mandate or agency of a person or their spouse."""
    facts = queries.account_facts(sessions.session(), account_id)
    form = EmploymentForm()
    if form.submitted() and form.attempt(
        operations.add_employment,
        account_id,
        form.ubn.text,
        form.firm_name.text,
        form.began_on.day,
        ended_on=form.ended_on.parsed,
    ):
        flash(gettext("任職關係已登錄，迴避檢查立即適用。"), "success")
        return redirect(url_for("people.account", account_id=account_id), code=303)
    return render(form=form, facts=facts)


@blueprint.route(
    "/people/<int:account_id>/employments/<int:employment_id>/end", methods=["GET", "POST"]
)
@page(requires=Permission.PEOPLE_MANAGE)
def end_employment(account_id: int, employment_id: int) -> ResponseReturnValue:
    """Enter the last day of an employment."""
    session = sessions.session()
    facts = queries.account_facts(session, account_id)
    entry = queries.employment(session, employment_id)
    if entry.account_id != account_id:
        abort(404)
    form = EndEmploymentForm(version=entry.version)
    if form.submitted() and form.attempt(
        operations.end_employment, employment_id, form.version.number, form.ended_on.day
    ):
        flash(gettext("迄日已登錄；三年的迴避期間由這一天起算。"), "success")
        return redirect(url_for("people.account", account_id=account_id), code=303)
    form.show_version(entry.version)
    return render(form=form, facts=facts, entry=entry)
