"""Pages of the room «people»: the door, one's own settings, and the accounts."""

from backoffice.people.views import accounts, door, downloads, own, register
from backoffice.people.views.room import blueprint
from backoffice.people.views.visitor import load_visitor, locale

__all__ = [
    "accounts",
    "blueprint",
    "door",
    "downloads",
    "load_visitor",
    "locale",
    "own",
    "register",
]
