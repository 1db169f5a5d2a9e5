"""A sheet as a pandas table, for sums and groupings over many rows."""

from typing import TYPE_CHECKING

from backoffice.spreadsheets.reader import Sheet

if TYPE_CHECKING:
    import pandas as pd


def frame_of(sheet: Sheet) -> "pd.DataFrame":
    """The rows as they were read: every cell text, None where blank; the index is row numbers.

    Nothing is guessed: a 統一編號 keeps its leading zeros, and "NA" stays the word NA.
    """
    import pandas as pd

    rows = tuple(sheet.rows)
    return pd.DataFrame(
        [row.values for row in rows],
        index=pd.Index([row.number for row in rows], dtype="int64", name="row"),
        columns=list(sheet.header),
        dtype=object,
    )
