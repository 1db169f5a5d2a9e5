"""Archives that are refused by their directory, before anything in them is parsed."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from dataclasses import replace

import pytest

from backoffice.spreadsheets.archive import END_RECORD, LOCAL_RECORD, ZIP_MAGIC
from backoffice.spreadsheets.reader import INTAKE_LIMITS, read_workbook
from tests.spreadsheets.books import (
    ODS_TYPE,
    excel,
    excel_parts,
    ods_parts,
    ods_row,
    ods_text,
    refused,
    row,
    text,
    zipped,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
MIB = 1 << 20


def a_book() -> bytes:
    return excel({"案件": [["案件編號"], ["A-1"]]})


def with_part(name: str, content: bytes | str = b"x") -> bytes:
    """An honest workbook and one part more."""
    return zipped({**excel_parts(row(1, text("A1", "甲"))), name: content})


def patched(content: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    assert old in content
    return content.replace(old, new)


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"PK", b"a,b\r\n1,2\r\n", b"%PDF-1.7\n%%EOF", b"<html><table></table></html>"],
)
def test_what_is_no_archive_is_no_workbook(content: bytes) -> None:
    with refused("workbook.not_workbook"):
        read_workbook(content)


@pytest.mark.parametrize("content", [OLE, b"\x09\x08\x10\x00" + bytes(64)])
def test_a_workbook_of_excel_97_is_refused_as_such(content: bytes) -> None:
    with refused("workbook.legacy"):
        read_workbook(content)


def test_a_workbook_with_a_password_is_refused_as_such() -> None:
    with refused("workbook.encrypted"):
        read_workbook(OLE + "EncryptedPackage".encode("utf-16-le"))


def test_an_archive_with_a_password_is_refused_as_such() -> None:
    content = bytearray(a_book())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.start_dir
    content[start + 8] |= 1

    with refused("workbook.encrypted"):
        read_workbook(bytes(content))


def test_an_ods_with_a_password_is_refused_as_such() -> None:
    parts = ods_parts(ods_row(ods_text("甲")))
    parts["META-INF/manifest.xml"] = str(parts["META-INF/manifest.xml"]).replace(
        "</manifest:manifest>", "<manifest:encryption-data/></manifest:manifest>"
    )

    with refused("workbook.encrypted"):
        read_workbook(zipped(parts))


@pytest.mark.parametrize(
    "parts",
    [
        {"readme.txt": "x"},
        {"word/document.xml": "<w/>"},
        {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"},
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"},
        {"mimetype": ODS_TYPE + " ", "content.xml": "<x/>"},
        {"mimetype": "x" * 1000},
    ],
)
def test_an_archive_of_something_else_is_no_workbook(parts: dict[str, str]) -> None:
    with refused("workbook.not_workbook"):
        read_workbook(zipped(parts))


def test_a_file_of_30_mib_is_the_largest() -> None:
    limits = replace(INTAKE_LIMITS, file_bytes=len(a_book()))

    assert read_workbook(a_book(), limits=limits).sheets
    with refused("workbook.too_large", bytes=len(a_book()), limit=len(a_book()) - 1):
        read_workbook(a_book(), limits=replace(limits, file_bytes=len(a_book()) - 1))
    assert INTAKE_LIMITS.file_bytes == 30 * MIB


@pytest.mark.parametrize(
    "part",
    ["xl/vbaProject.bin", "XL/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml", "xl/activeX/x.xml",
     "Basic/Standard/Module1.xml", "Scripts/python/x.py"],
)  # fmt: skip
def test_a_part_with_a_programme_in_it_is_refused(part: str) -> None:
    with refused("workbook.macros", part=part):
        read_workbook(with_part(part))


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.ms-office.vbaProject",
    ],
)
def test_a_content_type_of_macros_is_refused(kind: str) -> None:
    parts = excel_parts()
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace(
        "</Types>", f'<Override PartName="/xl/x.bin" ContentType="{kind}"/></Types>'
    )

    with refused("workbook.macros"):
        read_workbook(zipped(parts))


@pytest.mark.parametrize(
    "part",
    ["../evil.xml", "xl/../../evil.xml", "/etc/passwd", "\\evil.xml", "xl\\..\\evil.xml",
     "C:/x.xml", "xl/a\x00.xml"],
)  # fmt: skip
def test_a_part_that_would_lie_outside_is_refused(part: str) -> None:
    content = with_part(part.replace("\x00", "|"))

    with refused("workbook.unsafe_part"):
        read_workbook(content.replace(b"xl/a|.xml", b"xl/a\x00.xml"))


def test_a_link_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        link = zipfile.ZipInfo("xl/workbook.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "target")

    with refused("workbook.unsafe_part", part="xl/workbook.xml"):
        read_workbook(content.getvalue())


@pytest.mark.parametrize("name", ["xl/embeddings/inner.xlsx", "inner.ZIP", "a/b.docx"])
def test_a_part_named_like_an_archive_is_refused(name: str) -> None:
    with refused("workbook.nested", part=name):
        read_workbook(with_part(name))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_under_another_name_is_refused(method: int) -> None:
    content = io.BytesIO(zipped(excel_parts()))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/media/image1.png", a_book(), method)

    with refused("workbook.nested", part="xl/media/image1.png"):
        read_workbook(content.getvalue())


@pytest.mark.parametrize("again", ["xl/workbook.xml", "XL/Workbook.xml"])
def test_a_part_that_stands_twice_is_refused(again: str) -> None:
    twin = "xl/w0rkbook.xml"
    content = zipped([*excel_parts().items(), (twin, "<x/>")])

    with refused("workbook.duplicate_part", part=again):
        read_workbook(content.replace(twin.encode(), again.encode()))


@pytest.mark.parametrize("count", [1_001, 70_000])
def test_too_many_parts_are_refused(count: int) -> None:
    content = zipped((f"xl/{number}.xml", b"") for number in range(count))

    with refused("workbook.too_many_parts", limit=1_000):
        read_workbook(content)


def test_a_count_that_lies_does_not_hide_the_parts() -> None:
    content = zipped((f"{number}.xml", b"") for number in range(1_001))
    lying = content[: -END_RECORD.size] + END_RECORD.pack(
        *(1 if place in {3, 4} else value for place, value in enumerate(end_of(content)))
    )

    with refused("workbook.too_many_parts", parts=1_001, limit=1_000):
        read_workbook(lying)


def end_of(content: bytes) -> tuple[int, ...]:
    return END_RECORD.unpack_from(content, len(content) - END_RECORD.size)


def test_a_part_that_unpacks_to_a_thousand_times_its_size_is_refused() -> None:
    with refused("workbook.zip_bomb", part="xl/worksheets/sheet2.xml", limit=400):
        read_workbook(with_part("xl/worksheets/sheet2.xml", bytes(20 * MIB)))


def test_the_declared_total_is_refused_before_anything_is_unpacked() -> None:
    limits = replace(INTAKE_LIMITS, unpacked_bytes=5 * MIB)
    parts = {f"xl/{number}.xml": bytes(MIB) for number in range(6)}

    with refused("workbook.unpacks_too_large", bytes=6 * MIB, limit=5 * MIB):
        read_workbook(zipped(parts), limits=limits)
    assert INTAKE_LIMITS.unpacked_bytes == 200 * MIB


@pytest.mark.parametrize("declared", [0, 100, 1_000_000])
def test_a_part_that_lies_about_its_size_is_refused(declared: int) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    content = zipped({**excel_parts(row(1, text("A1", "甲" * 50)))})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        true_size = struct.pack("<L", archive.getinfo(sheet).file_size)

    with refused("workbook.damaged"):
        read_workbook(patched(content, true_size, struct.pack("<L", declared)))


def test_parts_that_share_their_bytes_are_refused() -> None:
    content = bytearray(zipped(excel_parts()))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first, second = archive.infolist()[:2]
        place = content.index(second.filename.encode(), archive.start_dir) - 4
    content[place : place + 4] = struct.pack("<L", first.header_offset)

    with refused("workbook.damaged"):
        read_workbook(bytes(content))


def test_a_part_with_two_names_is_refused() -> None:
    content = zipped(excel_parts())
    at = content.index(b"xl/workbook.xml")

    with refused("workbook.damaged"):
        read_workbook(content[:at] + b"xl/workb00k.xml" + content[at + 15 :])


def test_a_file_cut_anywhere_is_damaged() -> None:
    content = a_book()

    for length in range(LOCAL_RECORD.size, len(content), 97):
        with refused("workbook.damaged"):
            read_workbook(content[:length])


@pytest.mark.parametrize("more", [b"x", ZIP_MAGIC, bytes(22)])
def test_a_file_with_something_behind_it_is_damaged(more: bytes) -> None:
    with refused("workbook.damaged"):
        read_workbook(a_book() + more)


def test_an_unknown_way_of_packing_is_damaged() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")

    with refused("workbook.damaged"):
        read_workbook(content.getvalue())
