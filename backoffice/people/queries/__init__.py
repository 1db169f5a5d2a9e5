"""What pages show of people: rows and frozen facts, never records; and who a visitor is."""

from backoffice.people.queries.accounts import (
    AccountFacts,
    AccountFilter,
    AccountRow,
    EmploymentRow,
    LastReview,
    account_facts,
    accounts,
    counts,
    employment,
    employments,
    last_review,
)
from backoffice.people.queries.own import (
    OwnSettings,
    PasswordFacts,
    SessionRow,
    link_facts,
    own_settings,
    password_facts,
    sessions_of,
)
from backoffice.people.queries.trail import TrailLine, acts_by, changes_since, trail_of
from backoffice.people.queries.visitor import (
    DemonstrationAccount,
    VisitorRow,
    demonstration_accounts,
    visitor_row,
)

__all__ = [
    "AccountFacts",
    "AccountFilter",
    "AccountRow",
    "DemonstrationAccount",
    "EmploymentRow",
    "LastReview",
    "OwnSettings",
    "PasswordFacts",
    "SessionRow",
    "TrailLine",
    "VisitorRow",
    "account_facts",
    "accounts",
    "acts_by",
    "changes_since",
    "counts",
    "demonstration_accounts",
    "employment",
    "employments",
    "last_review",
    "link_facts",
    "own_settings",
    "password_facts",
    "sessions_of",
    "trail_of",
    "visitor_row",
]
