"""How large an uploaded workbook may be."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds of an upload, each inclusive. Source: trust.md FI-01, FI-03.

    `ratio` is unpacked to packed bytes of one part above 1 MiB: honest sheets of one repeated
    row were measured at 26 (.xlsx) and 220 (.ods), deflate's own ceiling is 1,032. `rows` and
    `columns` are the last row and column that hold a value, headers included; `cells` is
    their product, since a parser takes memory for the whole rectangle. `seconds` is wall time
    for the largest file; processor time is allowed in proportion to the unpacked size.
    """

    file_bytes: int = 30 * MIB
    unpacked_bytes: int = 400 * MIB
    parts: int = 1_000
    ratio: int = 400
    sheets: int = 50
    rows: int = 200_000
    columns: int = 200
    cells: int = 8_000_000
    cell_characters: int = 32_767
    seconds: int = 120


INTAKE_LIMITS = Limits()
