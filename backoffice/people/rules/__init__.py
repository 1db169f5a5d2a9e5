"""What the office demands of accounts, passwords, addresses and languages: pure decisions."""

from backoffice.people.rules.addresses import canonical_email, local_path
from backoffice.people.rules.languages import ENGLISH, TAIWANESE, first_spoken, locale_of
from backoffice.people.rules.lifecycle import ACCOUNT, AccountEvent, AccountState
from backoffice.people.rules.passwords import DEMONSTRATION_PASSWORD

__all__ = [
    "ACCOUNT",
    "DEMONSTRATION_PASSWORD",
    "ENGLISH",
    "TAIWANESE",
    "AccountEvent",
    "AccountState",
    "canonical_email",
    "first_spoken",
    "local_path",
    "locale_of",
]
