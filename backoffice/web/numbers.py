"""The numbers of rows, as addresses carry them."""

from __future__ import annotations

from typing import Final

from werkzeug.routing import IntegerConverter, ValidationError

ROW_MAX: Final = (1 << 63) - 1  # the largest that a column of numbers holds


def row_number(text: str) -> int:
    """The number of a row that an address names: 1 … 2⁶³ − 1; ValueError for anything else."""
    number = int(text)
    if not 0 < number <= ROW_MAX:
        raise ValueError(f"no row has the number {text!r}")
    return number


class RowConverter(IntegerConverter):
    """`<int:…>` of every route: what no column can hold is an address that does not exist."""

    def to_python(self, value: str) -> int:
        """The number, 0 … 2⁶³ − 1."""
        number: int = super().to_python(value)
        if number > ROW_MAX:
            raise ValidationError
        return number
