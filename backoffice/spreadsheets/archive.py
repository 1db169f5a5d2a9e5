"""The zip directory of an uploaded workbook, checked before anything in it is parsed."""

import stat
import struct
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from backoffice.kernel.refusal import Refused
from backoffice.spreadsheets.limits import MIB, Limits

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Worksheets of Excel 2 to 4 had no container: the file begins with a BOF record.
BIFF_MAGICS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
END_RECORD = struct.Struct("<4s4H2LH")
LOCAL_RECORD = struct.Struct("<4s5H3L2H")
DIRECTORY_BYTES_PER_PART_MAX = 1_024
RATIO_FREE_BYTES = MIB
CHUNK_BYTES = 8 * MIB
FLAG_ENCRYPTED = 0x1
FLAG_UTF8 = 0x800
ARCHIVE_SUFFIXES = (
    ".zip", ".jar", ".7z", ".rar", ".gz",
    ".xlsx", ".xlsm", ".xlsb", ".docx", ".docm", ".pptx", ".pptm", ".ods", ".odt", ".odp",
)  # fmt: skip
MACRO_PREFIXES = ("basic/", "scripts/", "xl/macrosheets/", "xl/activex/")
HEAD_BYTES = 1_024  # enough for the tables that stand before the first deflated byte
NAME_SHOWN_MAX = 80


class Member(NamedTuple):
    """A part of the archive; `start` is where its packed bytes begin in the file."""

    name: str
    start: int
    method: int
    packed: int
    unpacked: int
    crc: int


def members_of(content: bytes, limits: Limits) -> tuple[Member, ...]:
    """The parts of a zip file, if its directory holds nothing that the office would not open.

    Costs milliseconds and no memory whatever the file declares: the number of entries is read
    before the directory is, and no part is unpacked beyond its first four bytes.
    Refuses "workbook.too_large", ".not_workbook", ".legacy", ".encrypted", ".damaged",
    ".too_many_parts", ".unsafe_part", ".duplicate_part", ".macros", ".nested",
    ".unpacks_too_large", ".zip_bomb".
    """
    _check_is_zip(content, limits)
    _check_count(content, limits)
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error) as error:
        raise Refused("workbook.damaged") from error
    for entry in entries:
        _check_entry(entry)
    _check_names_differ(entries)
    _check_sizes(entries, limits)
    _check_places(entries, len(content))
    members = tuple(_member(content, entry) for entry in entries)
    for member in members:
        _check_not_nested(content, member)
    return members


def unpack(
    content: bytes | memoryview, member: Member, watch: Callable[[bytes], None] | None = None
) -> bytearray:
    """The part's bytes, exactly as many as the directory declares, with the right checksum.

    `watch` sees each piece of 8 MiB as it comes and may refuse before the rest is unpacked.
    Refuses "workbook.damaged".
    """
    packed = memoryview(content)[member.start : member.start + member.packed]
    if member.method == ZIP_STORED:
        unpacked = bytearray(packed)
    else:
        unpacked = _inflate(packed, member.unpacked, watch)
    if len(unpacked) != member.unpacked or zlib.crc32(unpacked) != member.crc:
        raise Refused("workbook.damaged")
    return unpacked


def shown(name: str) -> str:
    """A name out of a hostile file, short enough for a sentence."""
    return name if len(name) <= NAME_SHOWN_MAX else name[:NAME_SHOWN_MAX] + "…"


def _inflate(packed: memoryview, size: int, watch: Callable[[bytes], None] | None) -> bytearray:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    unpacked = bytearray()
    waiting: bytes | memoryview = packed
    try:
        while not stream.eof and len(unpacked) <= size:
            piece = stream.decompress(waiting, min(CHUNK_BYTES, size + 1 - len(unpacked)))
            if not piece and not stream.eof:
                raise Refused("workbook.damaged")
            if watch is not None:
                watch(piece)
            unpacked += piece
            waiting = stream.unconsumed_tail
    except zlib.error as error:
        raise Refused("workbook.damaged") from error
    if not stream.eof or stream.unused_data:
        raise Refused("workbook.damaged")
    return unpacked


def _check_is_zip(content: bytes, limits: Limits) -> None:
    if len(content) > limits.file_bytes:
        raise Refused("workbook.too_large", bytes=len(content), limit=limits.file_bytes)
    if content.startswith(OLE_MAGIC):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused("workbook.encrypted")
        raise Refused("workbook.legacy")
    if content.startswith(BIFF_MAGICS):
        raise Refused("workbook.legacy")
    if not content.startswith(ZIP_MAGIC):
        raise Refused("workbook.not_workbook")


def _check_count(content: bytes, limits: Limits) -> None:
    # No writer of workbooks adds a comment to the archive. Without one the end record stands
    # in one place only, and every parser must find the same directory.
    if len(content) < END_RECORD.size:
        raise Refused("workbook.damaged")
    record = END_RECORD.unpack_from(content, len(content) - END_RECORD.size)
    signature, _, _, _, count, directory_bytes, _, comment_bytes = record
    if signature != b"PK\x05\x06" or comment_bytes:
        raise Refused("workbook.damaged")
    directory_max = limits.parts * DIRECTORY_BYTES_PER_PART_MAX
    if count > limits.parts or directory_bytes > directory_max:
        raise Refused("workbook.too_many_parts", parts=count, limit=limits.parts)


def _check_entry(entry: ZipInfo) -> None:
    name = entry.orig_filename
    part = shown(name)
    if entry.flag_bits & FLAG_ENCRYPTED:
        raise Refused("workbook.encrypted")
    is_outside = name.startswith(("/", "\\")) or ":" in name or "\x00" in name
    if is_outside or ".." in name.replace("\\", "/").split("/"):
        raise Refused("workbook.unsafe_part", part=part)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused("workbook.unsafe_part", part=part)
    folded = name.casefold()
    if folded.endswith("vbaproject.bin") or folded.startswith(MACRO_PREFIXES):
        raise Refused("workbook.macros", part=part)
    if folded.endswith(ARCHIVE_SUFFIXES):
        raise Refused("workbook.nested", part=part)
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Refused("workbook.damaged")


def _check_names_differ(entries: Sequence[ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        folded = entry.orig_filename.casefold()
        if folded in seen:
            raise Refused("workbook.duplicate_part", part=shown(entry.orig_filename))
        seen.add(folded)


def _check_sizes(entries: Sequence[ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.parts:
        raise Refused("workbook.too_many_parts", parts=len(entries), limit=limits.parts)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        raise Refused("workbook.unpacks_too_large", bytes=unpacked, limit=limits.unpacked_bytes)
    for entry in entries:
        if entry.file_size <= RATIO_FREE_BYTES:
            continue
        if entry.file_size > limits.ratio * entry.compress_size:
            raise Refused("workbook.zip_bomb", part=shown(entry.orig_filename), limit=limits.ratio)


def _check_places(entries: Sequence[ZipInfo], file_bytes: int) -> None:
    """Parts that share packed bytes unpack to more than the file could hold: a bomb."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    for earlier, later in pairwise(ordered):
        ends_at = earlier.header_offset + LOCAL_RECORD.size + earlier.compress_size
        if ends_at > later.header_offset:
            raise Refused("workbook.damaged")
    if ordered and ordered[-1].header_offset + ordered[-1].compress_size > file_bytes:
        raise Refused("workbook.damaged")


def _member(content: bytes, entry: ZipInfo) -> Member:
    if entry.header_offset < 0 or entry.header_offset + LOCAL_RECORD.size > len(content):
        raise Refused("workbook.damaged")
    record = LOCAL_RECORD.unpack_from(content, entry.header_offset)
    signature, flags, name_bytes, extra_bytes = record[0], record[2], record[9], record[10]
    name_at = entry.header_offset + LOCAL_RECORD.size
    encoding = "utf-8" if flags & FLAG_UTF8 else "cp437"
    name = content[name_at : name_at + name_bytes].decode(encoding, "replace")
    # A part with another name here than in the directory is read differently by each parser.
    if signature != ZIP_MAGIC or name != entry.orig_filename:
        raise Refused("workbook.damaged")
    start = name_at + name_bytes + extra_bytes
    if start + entry.compress_size > len(content):
        raise Refused("workbook.damaged")
    return Member(name, start, entry.compress_type, entry.compress_size, entry.file_size, entry.CRC)


def _check_not_nested(content: bytes, member: Member) -> None:
    head = content[member.start : member.start + min(member.packed, HEAD_BYTES)]
    if member.method == ZIP_DEFLATED:
        try:
            head = zlib.decompressobj(-zlib.MAX_WBITS).decompress(head, len(ZIP_MAGIC))
        except zlib.error as error:
            raise Refused("workbook.damaged") from error
    if head.startswith(ZIP_MAGIC):
        raise Refused("workbook.nested", part=shown(member.name))
