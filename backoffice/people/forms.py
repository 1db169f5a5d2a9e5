"""The forms of the room «people»: shapes only; the rules decide."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField

from backoffice.access import STAFF_ROLES
from backoffice.kernel.refusal import Refused
from backoffice.messages import shown
from backoffice.people.rules import ENGLISH, TAIWANESE
from backoffice.web.forms import (
    BackofficeForm,
    LineField,
    ParagraphField,
    RocDateField,
    VersionField,
    not_blank,
    required,
)


def _roles() -> list[tuple[str, str]]:
    return [(role.value, shown(role)) for role in STAFF_ROLES]


def _languages() -> list[tuple[str, str]]:
    return [(TAIWANESE, "中文（臺灣）"), (ENGLISH, "English")]  # each in its own language


def _densities() -> list[tuple[str, str]]:
    return [("comfortable", gettext("寬鬆")), ("dense", gettext("緊密"))]


class SignInForm(BackofficeForm):
    """Address and password; `next` is where the visitor was going."""

    next = HiddenField()
    email = StringField(
        _("電子郵件"),
        [required(), not_blank],
        render_kw={"type": "email", "autocomplete": "username", "maxlength": 254},
    )
    password = PasswordField(
        _("密碼"), [required()], render_kw={"autocomplete": "current-password", "maxlength": 512}
    )


class SettingsForm(BackofficeForm):
    """How the pages are shown to oneself."""

    version = VersionField()
    language = RadioField(_("語言"), [required()], choices=_languages)
    density = RadioField(_("表格列距"), [required()], choices=_densities)
    shortcuts = BooleanField(_("使用單鍵快速鍵"))


class NewPasswordForm(BackofficeForm):
    """A new password, twice; used as it stands by the holder of a one-time link."""

    new = PasswordField(
        _("新密碼"), [required()], render_kw={"autocomplete": "new-password", "maxlength": 512}
    )
    again = PasswordField(
        _("再輸入一次新密碼"),
        [required()],
        render_kw={"autocomplete": "new-password", "maxlength": 512},
    )

    def password(self) -> str:
        """The new password. Refuses "people.password_unlike" when the two are not one."""
        if self.new.data != self.again.data:
            raise Refused("people.password_unlike")
        return str(self.new.data)


class ChangePasswordForm(NewPasswordForm):
    """The present password and the new one."""

    present = PasswordField(
        _("目前的密碼"),
        [required()],
        render_kw={"autocomplete": "current-password", "maxlength": 512},
    )


class InviteForm(BackofficeForm):
    """Whom to invite, as what, and until when."""

    email = LineField(
        _("電子郵件"), [required(), not_blank], render_kw={"type": "email", "maxlength": 254}
    )
    name = LineField(_("姓名"), [required(), not_blank], render_kw={"maxlength": 120})
    role = SelectField(_("角色"), [required()], choices=_roles)
    ends_on = RocDateField(_("使用期限"))


class ReasonForm(BackofficeForm):
    """Why something is done to an account."""

    version = VersionField()
    reason = ParagraphField(_("理由"), [required(), not_blank], render_kw={"maxlength": 2000})


class RoleForm(ReasonForm):
    """Another role, or another last day."""

    role = SelectField(_("角色"), [required()], choices=_roles)
    ends_on = RocDateField(_("使用期限"))


class EmploymentForm(BackofficeForm):
    """An employment, mandate or agency of a person or their spouse."""

    ubn = LineField(
        _("統一編號"), [required(), not_blank], render_kw={"inputmode": "numeric", "maxlength": 20}
    )
    firm_name = LineField(_("企業名稱"), [required(), not_blank], render_kw={"maxlength": 200})
    began_on = RocDateField(_("起日"), [required()])
    ended_on = RocDateField(_("迄日"))


class EndEmploymentForm(BackofficeForm):
    """The last day of an employment."""

    version = VersionField()
    ended_on = RocDateField(_("迄日"), [required()])


class ReviewForm(BackofficeForm):
    """What came of looking through the accounts."""

    note = ParagraphField(_("清查結果"), [required(), not_blank], render_kw={"maxlength": 2000})
