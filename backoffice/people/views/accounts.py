"""The accounts of the office, for those who manage people."""

from __future__ import annotations

import secrets
from datetime import date
from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from backoffice.access import STAFF_ROLES, Permission, Role
from backoffice.db import sessions
from backoffice.kernel.refusal import Refused
from backoffice.kernel.taiwan import local_date
from backoffice.messages import shown
from backoffice.people import operations, queries
from backoffice.people.forms import InviteForm, ReasonForm, ReviewForm, RoleForm
from backoffice.people.queries import AccountFacts, AccountFilter, AccountRow
from backoffice.people.rules import AccountState
from backoffice.people.rules.accounts import next_review_on
from backoffice.people.views.deeds import DEEDS, offers
from backoffice.people.views.room import blueprint
from backoffice.people.views.trail import earlier_url, moments_of, page_key
from backoffice.people.views.visitor import idle_from
from backoffice.web import guard
from backoffice.web.guard import page
from backoffice.web.pieces import Badge, Change, Shape
from backoffice.web.render import render

MANAGE = Permission.PEOPLE_MANAGE
_SLUGS = ", ".join(f'"{slug}"' for slug in DEEDS)
SHAPES = {
    AccountState.INVITED: Shape.WAITING,
    AccountState.ACTIVE: Shape.DONE,
    AccountState.SUSPENDED: Shape.PROGRESS,
    AccountState.CLOSED: Shape.CLOSED,
}


@blueprint.route("/people")
@page(requires=MANAGE)
def accounts() -> ResponseReturnValue:
    """Everybody who has or had an account."""
    session, wanted = sessions.session(), wanted_accounts()
    before, after = page_key("before"), page_key("after")
    rows, more = queries.accounts(session, wanted, after_id=after or 0, before_id=before)
    earlier = bool(rows) and (more if before is not None else after is not None)
    later = bool(rows) and (before is not None or more)
    last = queries.last_review(session)
    return render(
        rows=[(row, _shape(row)) for row in rows],
        wanted=wanted,
        roles=STAFF_ROLES,
        states=tuple(AccountState),
        base=url_for("people.accounts") + "/",
        earlier_url=_page_url(wanted, "before", rows[0].id) if earlier else "",
        later_url=_page_url(wanted, "after", rows[-1].id) if later else "",
        review=last,
        review_due=next_review_on(last.signed_at, last.first_account_at),
        today=local_date(guard.now()),
    )


def wanted_accounts() -> AccountFilter:
    """What the address of the list asks for."""
    role, state = request.args.get("role"), request.args.get("state")
    return AccountFilter(
        words=request.args.get("words", "").strip(),
        role=next((one for one in STAFF_ROLES if one.value == role), None),
        state=next((one for one in AccountState if one.value == state), None),
    )


def _page_url(wanted: AccountFilter, side: str, account_id: int) -> str:
    kept = {
        "words": wanted.words,
        "role": wanted.role.value if wanted.role else "",
        "state": wanted.state.value if wanted.state else "",
        side: str(account_id),
    }
    return f"{url_for('people.accounts')}?{urlencode({k: v for k, v in kept.items() if v})}"


def _shape(row: AccountRow) -> Shape:
    locked = row.locked_until is not None and row.locked_until > guard.now()
    return Shape.NEEDS_YOU if locked else SHAPES[row.state]


@blueprint.route("/people/invite", methods=["GET", "POST"])
@page(requires=MANAGE)
def invite() -> ResponseReturnValue:
    """Invite somebody; the answer shows the one-time link, and nobody can ever see it again."""
    form = InviteForm()
    link = ""
    if form.submitted():
        token = secrets.token_urlsafe(operations.LINK_BYTES)
        try:
            # Without the form's key: the link of a repetition would be another than the kept one.
            guard.house().office.perform(
                operations.invite,
                guard.actor(),
                form.email.text,
                form.name.text,
                Role(str(form.role.data)),
                operations.token_digest(token),
                ends_on=form.ends_on.parsed,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            link = _link(token)
    return render(form=form, link=link, name=form.name.text)


def _link(token: str) -> str:
    return url_for("people.accept_link", token=token, _external=True)


@blueprint.route("/people/<int:account_id>")
@page(requires=MANAGE)
def account(account_id: int) -> ResponseReturnValue:
    """One account: what it may, where it is signed in, what was done to it."""
    session = sessions.session()
    facts, before = queries.account_facts(session, account_id), page_key("before")
    trail, more = queries.trail_of(session, account_id, before_seq=before)
    places = queries.sessions_of(session, account_id, guard.now(), idle_from())
    return render(
        facts=facts,
        badge=Badge(_state_words(facts), _facts_shape(facts)),
        own=account_id == guard.actor().id,
        offers=offers(facts, guard.actor().id, guard.now(), len(places)),
        places=places,
        employments=queries.employments(session, account_id),
        moments=moments_of(trail, named=False),
        first_url=url_for("people.account", account_id=account_id) if before else "",
        later_url=earlier_url("people.account", trail, more, account_id=account_id),
        locked=_locked(facts),
        link_open=facts.link_until is not None and facts.link_until > guard.now(),
    )


def _locked(facts: AccountFacts) -> bool:
    return facts.locked_until is not None and facts.locked_until > guard.now()


def _facts_shape(facts: AccountFacts) -> Shape:
    return Shape.NEEDS_YOU if _locked(facts) else SHAPES[facts.state]


def _state_words(facts: AccountFacts) -> str:
    return gettext("登入鎖定中") if _locked(facts) else shown(facts.state)


@blueprint.route("/people/<int:account_id>/role", methods=["GET", "POST"])
@page(requires=MANAGE)
def change_role(account_id: int) -> ResponseReturnValue:
    """Another role or another last day."""
    facts = queries.account_facts(sessions.session(), account_id)
    form = RoleForm(version=facts.version, role=facts.role.value, ends_on=facts.ends_on)
    if form.submitted() and form.attempt(
        operations.change_role,
        account_id,
        form.version.number,
        Role(str(form.role.data)),
        form.ends_on.parsed,
        form.reason.text,
    ):
        flash(gettext("已變更；下一次開啟頁面起生效。"), "success")
        return redirect(url_for("people.account", account_id=account_id), code=303)
    form.show_version(facts.version)
    return render(form=form, facts=facts)


@blueprint.route("/people/<int:account_id>/link", methods=["GET", "POST"])
@page(requires=MANAGE)
def renew_link(account_id: int) -> ResponseReturnValue:
    """A new one-time link; the answer shows it, and nobody can ever see it again."""
    facts = queries.account_facts(sessions.session(), account_id)
    form = ReasonForm(version=facts.version)
    link = ""
    if form.submitted():
        token = secrets.token_urlsafe(operations.LINK_BYTES)
        try:
            guard.house().office.perform(
                operations.renew_link,
                guard.actor(),
                account_id,
                form.version.number,
                operations.token_digest(token),
                form.reason.text,
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            link = _link(token)
    form.show_version(facts.version)
    return render(form=form, facts=facts, link=link)


@blueprint.route(f"/people/<int:account_id>/<any({_SLUGS}):slug>", methods=["GET", "POST"])
@page(requires=MANAGE)
def decide(account_id: int, slug: str) -> ResponseReturnValue:
    """Confirm what is done to an account: suspend, reactivate, close, unlock, sign out."""
    deed, facts = DEEDS[slug], queries.account_facts(sessions.session(), account_id)
    form = ReasonForm(version=facts.version)
    if form.submitted() and form.attempt(
        deed.case, account_id, form.version.number, form.reason.text
    ):
        flash(gettext("已辦理：%(title)s。", title=deed.title), "success")
        return redirect(url_for("people.account", account_id=account_id), code=303)
    form.show_version(facts.version)
    return render(form=form, facts=facts, deed=deed, changes=_changes(facts, deed.becomes))


def _changes(facts: AccountFacts, becomes: AccountState | None) -> tuple[Change, ...]:
    if becomes is None:
        return ()
    return (Change(gettext("帳號狀態"), shown(facts.state), shown(becomes)),)


@blueprint.route("/people/review", methods=["GET", "POST"])
@page(requires=MANAGE)
def review() -> ResponseReturnValue:
    """Look through what changed since the last review, and sign for it."""
    session, form = sessions.session(), ReviewForm()
    if form.submitted() and form.attempt(operations.sign_review, form.note.text):
        flash(gettext("已簽署本次帳號清查。"), "success")
        return redirect(url_for("people.accounts"), code=303)
    last = queries.last_review(session)
    due: date = next_review_on(last.signed_at, last.first_account_at)
    changes, more = queries.changes_since(session, last.signed_at)
    return render(
        form=form,
        last=last,
        due=due,
        counts=queries.counts(session),
        moments=moments_of(changes, named=True),
        more=more,
    )
