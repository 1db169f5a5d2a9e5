"""The child process that parses an upload: it may be killed, crash or run out of memory.

It reads a line of JSON (limits, members, names of the sheets wanted) and the file from standard
input, and writes a line of JSON and the rows to standard output. It imports no more than it
needs, knows no settings and no database.
"""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import Any

from backoffice.kernel.child import Answer, answer, limit_this_process
from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets import excel, opendocument
from backoffice.spreadsheets.archive import Member, shown, unpack
from backoffice.spreadsheets.limits import MIB, Limits
from backoffice.spreadsheets.parts import SHEET_NAME_MAX, Marks, check_xml, sheet_key
from backoffice.spreadsheets.records import ROW_END, Records, records_of

MEMORY_BASE_BYTES = 512 * MIB
MEMORY_PER_UNPACKED_BYTE = 4


def parse(request: dict[str, Any], read: Callable[[], bytes]) -> Answer:
    """The sheets as the head, their rows as the bodies; refuses what `read_workbook` says."""
    limits = Limits(**request["limits"])
    members = [Member(*member) for member in request["members"]]
    _limit_this_process(members, limits)
    only = None if request["only"] is None else frozenset(request["only"])
    bodies: list[bytes] = []
    head = _Reader(read(), members, limits, only).read(bodies)
    return head, bodies


def _limit_this_process(members: Sequence[Member], limits: Limits) -> None:
    unpacked = sum(member.unpacked for member in members)
    memory = MEMORY_BASE_BYTES + MEMORY_PER_UNPACKED_BYTE * unpacked
    limit_this_process(memory_bytes=memory, seconds=int(limits.seconds))


class _Reader:
    def __init__(
        self,
        content: bytes,
        members: Iterable[Member],
        limits: Limits,
        only: frozenset[str] | None,
    ) -> None:
        self.content = content
        self.members = {member.name: member for member in members}
        self.limits = limits
        self.only = only

    def read(self, bodies: list[bytes]) -> dict[str, Any]:
        """The answer's head; the rows of each sheet are added to `bodies`, in order."""
        if excel.CONTENT_TYPES in self.members and excel.is_workbook(
            self._part(excel.CONTENT_TYPES)
        ):
            kind, (names, marks) = "xlsx", self._excel()
        elif self._is_opendocument():
            kind, (names, marks) = "ods", self._opendocument()
        else:
            raise Refused("workbook.not_workbook")
        sheets, hidden = self._sheets(marks, bodies)
        skipped = [name for name in map(sheet_key, names) if not self._is_wanted(name)]
        return {"kind": kind, "sheets": sheets, "hidden": hidden, "skipped": skipped}

    def _excel(self) -> tuple[Sequence[str], dict[str, Marks]]:
        names, worksheets = excel.sheet_parts(
            self._part(excel.WORKBOOK), self._part(excel.WORKBOOK_RELATIONS)
        )
        self._check_names(names)
        styles = excel.STYLES
        percents = (
            excel.percent_styles(self._part(styles)) if styles in self.members else frozenset()
        )
        for part in self.members:
            if part.startswith("xl/sharedStrings"):
                check_xml(self._part(part), part)
        marks = {}
        for sheet in worksheets:
            if self._is_wanted(sheet_key(sheet.name)):
                watch = excel.row_watch(sheet.name, self.limits)
                data = unpack(self.content, self._member(sheet.part), watch)
                check_xml(data, sheet.part)
                marks[sheet.name] = excel.marks_of(data, sheet.name, percents, self.limits)
        return names, marks

    def _is_opendocument(self) -> bool:
        mimetype = self.members.get(opendocument.MIMETYPE)
        is_short = mimetype is not None and mimetype.unpacked <= SHEET_NAME_MAX
        return is_short and self._part(opendocument.MIMETYPE) == opendocument.MEDIA_TYPE

    def _opendocument(self) -> tuple[Sequence[str], dict[str, Marks]]:
        manifest = self._part(opendocument.MANIFEST)
        check_xml(manifest, opendocument.MANIFEST)
        if opendocument.is_encrypted(manifest):
            raise Refused("workbook.encrypted")
        content = self._part(opendocument.CONTENT)
        check_xml(content, opendocument.CONTENT)
        tables = opendocument.tables_of(content)
        names = [table.name for table in tables]
        self._check_names(names)
        marks = {
            table.name: opendocument.marks_of(content, table, self.limits)
            for table in tables
            if self._is_wanted(sheet_key(table.name))
        }
        return names, marks

    def _sheets(
        self, marks: dict[str, Marks], bodies: list[bytes]
    ) -> tuple[list[dict[str, Any]], list[str]]:
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

        sheets = []
        try:
            workbook = CalamineWorkbook.from_filelike(BytesIO(self.content))
            visible = {sheet.name: sheet.visible for sheet in workbook.sheets_metadata}
            for name, found in marks.items():
                records = records_of(workbook.get_sheet_by_name(name), name, found, self.limits)
                bodies.append(ROW_END.join(records.joined).encode())
                sheets.append(_described(name, records, found, len(bodies[-1])))
        except PasswordError as error:
            raise Refused("workbook.encrypted") from error
        except (CalamineError, OSError, ValueError, OverflowError) as error:
            raise Refused("workbook.damaged") from error
        hidden = [name for name in marks if visible[name] != SheetVisibleEnum.Visible]
        return sheets, [sheet_key(name) for name in hidden]

    def _check_names(self, names: Sequence[str]) -> None:
        if len(names) > self.limits.sheets:
            raise Refused("workbook.too_many_sheets", sheets=len(names), limit=self.limits.sheets)
        seen: set[str] = set()
        for name in names:
            key = sheet_key(name)
            if not key or len(key) > SHEET_NAME_MAX:
                raise Refused("workbook.damaged")
            if key in seen:
                raise Refused("workbook.duplicate_sheet", sheet=shown(key))
            seen.add(key)

    def _is_wanted(self, key: str) -> bool:
        return self.only is None or key in self.only

    def _member(self, part: str) -> Member:
        if part not in self.members:
            raise Refused("workbook.damaged")
        return self.members[part]

    def _part(self, part: str) -> bytearray:
        return unpack(self.content, self._member(part))


def _described(name: str, records: Records, marks: Marks, body_bytes: int) -> dict[str, Any]:
    filled = set(records.numbers) if marks.hidden_rows else set()
    hidden_columns = [
        column
        for first, last in marks.hidden_columns
        for column in range(first, min(last + 1, records.width))
    ]
    return {
        "name": sheet_key(name),
        "numbers": records.numbers,
        "kinds": [(*place, kind) for place, kind in records.kinds.items()],
        "bytes": body_bytes,
        "hidden_rows": [row for row in marks.hidden_rows if row in filled],
        "hidden_columns": hidden_columns,
        "merged": marks.merged_count,
    }


if __name__ == "__main__":
    answer(parse)
