"""Backup and restore: one file that holds everything, proved before it is believed.

The file is a zip that any program opens: the database as its own engine writes it, and
`manifest.json`, which says what must be found in it. The archive's comment is the SHA-256 of all
the bytes before it, so that one wrong byte anywhere is noticed.
"""

from __future__ import annotations

from backoffice.backup.container import Manifest
from backoffice.backup.restoring import Restored, restore
from backoffice.backup.taking import Taken, take

__all__ = ["Manifest", "Restored", "Taken", "restore", "take"]
