"""A zip archive written straight through: nothing is sought back to, nothing is kept.

Small parts are written with their sizes; long ones are deflated as they come, with their sizes
after them. An archive knows neither the time of day nor the modes of files, so that equal parts
give equal bytes.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

LEVEL: Final = 1  # long lists: half the time of level 6, a fifth more bytes
DEFLATED: Final = 8
STORED: Final = 0
VERSION: Final = 20
SIZES_FOLLOW: Final = 0x8
DAY: Final = (1 << 5) | 1  # 1 January 1980, the first that the format knows
PART_BYTES_MAX: Final = 0xFFFF_FFFF
LOCAL: Final = struct.Struct("<4s5H3L2H")
CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
END: Final = struct.Struct("<4s4H2LH")
SIZES: Final = struct.Struct("<4s3L")


class ZipStream:
    """An archive in pieces: each method gives the bytes that come next."""

    def __init__(self) -> None:
        self._offset = 0
        self._directory: list[bytes] = []

    def part(self, name: str, content: str | bytes) -> bytes:
        """A part from memory, deflated."""
        data = content.encode() if isinstance(content, str) else content
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        return self._whole(name, data, packer.compress(data) + packer.flush(), DEFLATED)

    def stored(self, name: str, content: bytes) -> bytes:
        """A part as it is, to be recognised by whoever reads the first bytes."""
        return self._whole(name, content, content, STORED)

    def stream(self, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """A long part, deflated as its pieces come; at most 4 GiB of them."""
        start = self._offset
        header = LOCAL.pack(
            b"PK\x03\x04", VERSION, SIZES_FOLLOW, DEFLATED, 0, DAY, 0, 0, 0, len(name), 0
        )
        yield self._counted(header + name.encode("ascii"))
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        crc = size = packed = 0
        for piece in pieces:
            crc = zlib.crc32(piece, crc)
            size += len(piece)
            if some := packer.compress(piece):
                packed += len(some)
                yield self._counted(some)
        rest = packer.flush()
        packed += len(rest)
        assert size <= PART_BYTES_MAX, "a longer part would need another format of archive"
        yield self._counted(rest + SIZES.pack(b"PK\x07\x08", crc, packed, size))
        self._enter(name, SIZES_FOLLOW, DEFLATED, (crc, packed, size), start)

    def end(self) -> bytes:
        """The directory, which says where every part is."""
        directory = b"".join(self._directory)
        count = len(self._directory)
        assert self._offset <= PART_BYTES_MAX, "a longer archive would need another format"
        return directory + END.pack(
            b"PK\x05\x06", 0, 0, count, count, len(directory), self._offset, 0
        )

    def _whole(self, name: str, data: bytes, packed: bytes, method: int) -> bytes:
        start = self._offset
        sizes = zlib.crc32(data), len(packed), len(data)
        header = LOCAL.pack(b"PK\x03\x04", VERSION, 0, method, 0, DAY, *sizes, len(name), 0)
        self._enter(name, 0, method, sizes, start)
        return self._counted(header + name.encode("ascii") + packed)

    def _enter(
        self, name: str, flags: int, method: int, sizes: tuple[int, int, int], start: int
    ) -> None:
        fields = (VERSION, VERSION, flags, method, 0, DAY, *sizes, len(name), 0, 0, 0, 0, 0, start)
        self._directory.append(CENTRAL.pack(b"PK\x01\x02", *fields) + name.encode("ascii"))

    def _counted(self, data: bytes) -> bytes:
        self._offset += len(data)
        return data
