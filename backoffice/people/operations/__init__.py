"""What is done to accounts: invite, add, suspend, sign in and out, change password and settings."""

from backoffice.people.operations.accounts import (
    LINK_BYTES,
    add_account,
    change_role,
    close,
    end_sessions,
    invite,
    reactivate,
    renew_link,
    require_password,
    sign_review,
    suspend,
    suspend_idle,
    unlock,
)
from backoffice.people.operations.installation import make_installation
from backoffice.people.operations.own import (
    accept_link,
    change_settings,
    choose_language,
    end_other_sessions,
    end_session,
    set_password,
    sign_out,
)
from backoffice.people.operations.passwords import change_password, hashed, use_link
from backoffice.people.operations.register import add_employment, end_employment
from backoffice.people.operations.sign_in import (
    Visit,
    count_attempt,
    open_session,
    prove,
    sign_in,
    token_digest,
    touch,
)
from backoffice.people.rules import canonical_email

__all__ = [
    "LINK_BYTES",
    "Visit",
    "accept_link",
    "add_account",
    "add_employment",
    "canonical_email",
    "change_password",
    "change_role",
    "change_settings",
    "choose_language",
    "close",
    "count_attempt",
    "end_employment",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "hashed",
    "invite",
    "make_installation",
    "open_session",
    "prove",
    "reactivate",
    "renew_link",
    "require_password",
    "set_password",
    "sign_in",
    "sign_out",
    "sign_review",
    "suspend",
    "suspend_idle",
    "token_digest",
    "touch",
    "unlock",
    "use_link",
]
