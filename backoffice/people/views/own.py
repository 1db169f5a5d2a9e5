"""One's own account: settings, password, sessions, history; and the one-time link."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import Permission
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.people import operations, queries
from backoffice.people.forms import ChangePasswordForm, NewPasswordForm, SettingsForm
from backoffice.people.rules.passwords import FAILURES_MAX, MAXIMUM, MINIMUM
from backoffice.people.views.room import blueprint
from backoffice.people.views.trail import earlier_url, lines_of, page_key
from backoffice.people.views.visitor import idle_from, network
from backoffice.upkeep import last_backup
from backoffice.web import guard
from backoffice.web.guard import EVERYBODY, PUBLIC, page
from backoffice.web.render import render


@blueprint.route("/settings", methods=["GET", "POST"])
@page(requires=EVERYBODY)
def settings() -> ResponseReturnValue:
    """Language, density, keys; where one is signed in; for the administrator, the last backup."""
    session, actor = sessions.session(), guard.actor()
    own = queries.own_settings(session, actor.id)
    form = SettingsForm(
        version=own.version, language=own.locale, density=own.density, shortcuts=own.shortcuts
    )
    if form.submitted() and form.attempt(
        operations.change_settings,
        form.version.number,
        str(form.language.data),
        str(form.density.data),
        bool(form.shortcuts.data),
    ):
        flash(gettext("個人設定已儲存。"), "success")
        return redirect(url_for("people.settings"), code=303)
    form.show_version(own.version)
    who = guard.visitor()
    assert who is not None, "a guarded page"
    return render(
        form=form,
        own=own,
        mine=who.session_id,
        places=queries.sessions_of(session, actor.id, guard.now(), idle_from()),
        cares_for_backups=actor.may(Permission.PEOPLE_MANAGE),
        backed_up_at=last_backup(session) if actor.may(Permission.PEOPLE_MANAGE) else None,
    )


@blueprint.route("/settings/history")
@page(requires=EVERYBODY)
def history() -> ResponseReturnValue:
    """What one did oneself, the latest first."""
    actor = guard.actor()
    found, more = queries.acts_by(sessions.session(), actor.id, before_seq=page_key("before"))
    return render(
        lines=lines_of(found, actor),
        first_url=url_for("people.history") if request.args else "",
        later_url=earlier_url("people.history", found, more),
    )


@blueprint.route("/settings/sessions/<int:session_id>/end", methods=["POST"])
@page(requires=EVERYBODY)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign out on another machine."""
    guard.house().office.perform(operations.end_session, guard.actor(), session_id)
    flash(gettext("已登出該裝置。"), "success")
    return redirect(url_for("people.settings"), code=303)


@blueprint.route("/settings/sessions/end-others", methods=["POST"])
@page(requires=EVERYBODY)
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    who = guard.visitor()
    assert who is not None, "a guarded page"
    ended = guard.house().office.perform(operations.end_other_sessions, who.actor, who.session_id)
    flash(gettext("已登出其他 %(count)s 處。", count=ended), "success")
    return redirect(url_for("people.settings"), code=303)


@blueprint.route("/settings/password", methods=["GET", "POST"])
@page(requires=EVERYBODY)
def change_password() -> ResponseReturnValue:
    """A new password for oneself; the other sessions end."""
    form, who = ChangePasswordForm(), guard.visitor()
    assert who is not None, "a guarded page"
    if form.submitted():
        try:
            operations.change_password(
                guard.house().office,
                sessions.session(),
                who.actor,
                present=str(form.present.data),
                new=form.password(),
                session_id=who.session_id,
                network=network(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("密碼已變更，其他裝置已登出。"), "success")
            return redirect(url_for("people.home"), code=303)
    return render(
        form=form,
        forced=who.must_change_password,
        minimum=MINIMUM,
        maximum=MAXIMUM,
        failures=FAILURES_MAX,
    )


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@page(requires=PUBLIC)
def accept_link(token: str) -> ResponseReturnValue:
    """Set a password with a one-time link; whoever did signs in with it afterwards."""
    session = sessions.session()
    facts = queries.link_facts(session, operations.token_digest(token), guard.now())
    if facts is None:
        raise Refused("people.link_void")
    form = NewPasswordForm()
    if form.submitted():
        try:
            operations.use_link(guard.house().office, session, token, form.password())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("密碼已設定。請以電子郵件與新密碼登入。"), "success")
            return redirect(url_for("people.sign_in"), code=303)
    return render(form=form, facts=facts, minimum=MINIMUM, maximum=MAXIMUM)
