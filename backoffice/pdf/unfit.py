"""What is wrong with a file, said before its name is known."""

from __future__ import annotations

from backoffice.kernel.refusal import Refused


class Unfit(Refused):
    """A refusal of a file by its content alone; whoever was handed the file adds its `name`."""
