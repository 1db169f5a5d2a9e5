"""What those who manage people may do to an account, each on a page that says what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from backoffice.people import operations
from backoffice.people.queries import AccountFacts
from backoffice.people.rules import ACCOUNT, AccountEvent, AccountState
from backoffice.use_case import UseCase
from backoffice.web.pieces import Action

S = AccountState


@dataclass(frozen=True, slots=True)
class Deed:
    """A confirm page: its use case takes the account, its version and the reason.

    `becomes` is the account's state afterwards, None when it stays.
    """

    case: UseCase[[int, int, str], None]
    title: LazyString
    effect: LazyString
    open_to: Callable[[AccountFacts, datetime, int], bool]
    becomes: AccountState | None = None
    irreversible: LazyString | str = ""


def _by(event: AccountEvent) -> Callable[[AccountFacts, datetime, int], bool]:
    return lambda facts, _now, _places: event in ACCOUNT.open_events(facts.state)


DEEDS: Final[dict[str, Deed]] = {
    "unlock": Deed(
        operations.unlock,
        _("解除鎖定"),
        _("立即可以再次登入；失敗次數歸零。"),
        lambda facts, now, _places: facts.locked_until is not None and facts.locked_until > now,
    ),
    "reactivate": Deed(
        operations.reactivate,
        _("重新啟用帳號"),
        _("可以原密碼與原角色登入。"),
        _by(AccountEvent.REACTIVATE),
        S.ACTIVE,
    ),
    "end-sessions": Deed(
        operations.end_sessions,
        _("登出所有裝置"),
        _("目前登入的裝置立即登出，須重新登入；已儲存的草稿不受影響。"),
        lambda _facts, _now, places: places > 0,
    ),
    "require-password": Deed(
        operations.require_password,
        _("要求變更密碼"),
        _("下一次開啟任何頁面時，須先變更密碼。"),
        lambda facts, _now, _places: facts.state is S.ACTIVE and not facts.must_change_password,
    ),
    "suspend": Deed(
        operations.suspend,
        _("停用帳號"),
        _("所有裝置立即登出，不能再登入；承辦中的案件請另行移交。之後可以重新啟用。"),
        _by(AccountEvent.SUSPEND),
        S.SUSPENDED,
    ),
    "close": Deed(
        operations.close,
        _("關閉帳號"),
        _("所有裝置立即登出，不能再登入；姓名仍保留在其辦理過的事項上。"),
        _by(AccountEvent.CLOSE),
        S.CLOSED,
        _("關閉後不能復原；需要時須以新的電子郵件另行邀請。"),
    ),
}

URGENT: Final = "unlock"


def offers(facts: AccountFacts, actor_id: int, now: datetime, places: int) -> tuple[Action, ...]:
    """What may be done to this account now; nothing to one's own."""
    if facts.id == actor_id or facts.state is S.CLOSED:
        return ()
    here = facts.id
    role = Action(str(_("變更角色或期限")), url_for("people.change_role", account_id=here))
    link = Action(str(_("產生一次性連結")), url_for("people.renew_link", account_id=here))
    linked = facts.state in (S.INVITED, S.ACTIVE)
    # Whoever is locked out is waiting at this moment: that comes first.
    deeds = [
        Action(
            str(deed.title),
            url_for("people.decide", slug=slug, account_id=here),
            primary=slug == URGENT,
        )
        for slug, deed in DEEDS.items()
        if deed.open_to(facts, now, places)
    ]
    urgent = [deed for deed in deeds if deed.primary]
    return (*urgent, role, *([link] if linked else []), *(d for d in deeds if not d.primary))
