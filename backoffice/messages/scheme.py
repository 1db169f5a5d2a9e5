"""Sentences of the scheme room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SENTENCES = {
    "scheme.unknown": _("沒有代碼為「%(scheme)s」的方案。請核對方案代碼。"),
    "scheme.closed": _("方案 %(scheme)s 在 %(at)s 沒有適用的版本。請核對收件時間。"),
    "scheme.variant_unknown": _("方案版本 %(edition)s 沒有類別「%(variant)s」。請核對方案類別。"),
    "tranche.negative": _("補助款 %(subsidy)s 元不能分期。請核對核定補助款。"),
}
