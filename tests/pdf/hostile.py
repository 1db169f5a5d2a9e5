"""PDF files that want something of their reader, built for the tests as an attacker would."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

MIB = 1 << 20


def a_pdf(change: Callable[[Pdf], None] | None = None, *, packed: bool = False) -> bytes:
    """One blank page, changed; `packed` puts its objects into compressed object streams."""
    written = BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        if change:
            change(pdf)
        pdf.save(written, object_stream_mode=mode, deterministic_id=True)
    return written.getvalue()


def locked(*, user: str) -> bytes:
    """With a password; without a user's one, it opens but forbids things."""
    written = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(written, encryption=pikepdf.Encryption(owner="owner", user=user))
    return written.getvalue()


def named(entries: Mapping[str, object]) -> dict[str, object]:
    """Keywords as the keys of a dictionary object."""
    return {f"/{key}": value for key, value in entries.items()}


def on_opening(**action: object) -> Callable[[Pdf], None]:
    """An action that runs when the file is opened."""

    def change(pdf: Pdf) -> None:
        pdf.Root["/OpenAction"] = Dictionary(named(action))

    return change


def annotated(**annotation: object) -> Callable[[Pdf], None]:
    """An annotation on the page."""

    def change(pdf: Pdf) -> None:
        whole = Array([0, 0, 100, 100])
        pdf.pages[0].Annots = Array(
            [Dictionary(named({"Type": Name.Annot, "Rect": whole, **annotation}))]
        )

    return change


def linked(target: str) -> Callable[[Pdf], None]:
    """A link to an address."""
    return annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(target)))


def named_script(pdf: Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))


def script_in_a_stream(pdf: Pdf) -> None:
    program = pdf.make_stream(b"this.exportDataObject({cName: 'a', nLaunch: 2})")
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=program))


def deeply_hidden_script(pdf: Pdf) -> None:
    """In an array in an array of an object that no page refers to."""
    inside = Dictionary(A=Array([Array([Dictionary(S=Name.JavaScript, JS=String("x"))])]))
    pdf.Root["/PieceInfo"] = Array([pdf.make_indirect(inside)])


def attached(pdf: Pdf) -> None:
    pdf.attachments["secret.exe"] = pikepdf.AttachedFileSpec(
        pdf,
        b"MZ",
        filename="secret.exe",
        description="",
        mime_type="application/octet-stream",
        creation_date="",
        mod_date="",
    )


def film(pdf: Pdf) -> None:
    annotated(Subtype=Name.RichMedia, RichMediaContent=Dictionary())(pdf)


def bytes_elsewhere(pdf: Pdf) -> None:
    """A stream whose bytes are to be fetched from another place."""
    stream = pdf.make_stream(b"")
    stream["/F"] = Dictionary(FS=Name.URL, F=String("http://192.0.2.1/x"))
    pdf.pages[0].Contents = stream


def dynamic_form(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def many_objects(count: int) -> Callable[[Pdf], None]:
    """So many numbered objects more than a blank page has."""

    def change(pdf: Pdf) -> None:
        pdf.Root["/PieceInfo"] = Array(
            [pdf.make_indirect(Dictionary(Number=number)) for number in range(count)]
        )

    return change


def many_pages(count: int) -> Callable[[Pdf], None]:
    """So many pages in all."""

    def change(pdf: Pdf) -> None:
        for _ in range(count - 1):
            pdf.add_blank_page()

    return change


def bomb(size: int, *, layers: int = 1, label: Name | None = None) -> Callable[[Pdf], None]:
    """A page whose content unpacks to `size` bytes, packed so many times over."""

    def change(pdf: Pdf) -> None:
        packed = zeros(size)
        for _ in range(layers - 1):
            packed = zlib.compress(packed)
        stream = pdf.make_stream(b"")
        stream.write(packed, filter=Array([Name.FlateDecode] * layers))
        if label is not None:
            stream["/Subtype"] = label
        pdf.pages[0].Contents = stream

    return change


def zeros(size: int, before: bytes = b"") -> bytes:
    """So many zero bytes, packed without ever being there."""
    packing = zlib.compressobj(1)
    whole, rest = divmod(size, MIB)
    pieces = [packing.compress(before)]
    pieces += [packing.compress(bytes(MIB)) for _ in range(whole)]
    return b"".join([*pieces, packing.compress(bytes(rest)), packing.flush()])


def giant_image(pdf: Pdf) -> None:
    """Hardly any bytes, which a reader would spread over ten billion pixels."""
    stream = pdf.make_stream(
        b"x", Type=Name.XObject, Subtype=Name.Image, Width=100_000, Height=100_000
    )
    stream.write(b"\xff\xd8\xff", filter=Name.DCTDecode)
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=stream))


def page_tree_loop() -> bytes:
    return raw_pdf({1: CATALOG, 2: b"<</Type/Pages/Count 1/Kids[2 0 R]>>"})


def page_parents_loop() -> bytes:
    return raw_pdf(
        {
            1: CATALOG,
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: b"<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>",
        }
    )


def misplaced_object() -> bytes:
    """The table points beside an object; a reader that mends files would find a script there."""
    content = raw_pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
            2: PAGES,
            3: PAGE,
            4: b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
        }
    )
    place = f"{content.index(b'4 0 obj'):010d}".encode()
    return content.replace(place, f"{int(place) - 7:010d}".encode())


def object_stream_bomb(size: int) -> bytes:
    """Objects whose stream unpacks to `size` bytes before the first of them is seen."""
    packed = zeros(size, before=b"5 0 <</A 1>>")
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/X 5 0 R>>",
        2: PAGES,
        3: PAGE,
        4: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(packed), packed),
    }
    written, places = _objects(objects)
    table = b"".join(
        kind + place.to_bytes(4, "big") + bytes(2)
        for kind, place in (
            (b"\0", 0),
            *((b"\1", places[number]) for number in (1, 2, 3, 4)),
            (b"\2", 4),
            (b"\1", len(written)),
        )
    )
    head = b"<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Length %d>>" % len(table)
    start = len(written)
    written += b"6 0 obj\n%sstream\n%s\nendstream\nendobj\n" % (head, table)
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % start)


def endless_numbers() -> bytes:
    """A table that promises two billion objects."""
    return raw_pdf({1: CATALOG, 2: PAGES, 3: PAGE}).replace(b"/Size 4", b"/Size 2147483647")


def endless_page() -> bytes:
    """A plain page, but wider than any number that a reader keeps."""
    wide = b"1" + b"0" * 45 + b".0"
    page = b"<</Type/Page/Parent 2 0 R/Resources<<>>/MediaBox[0 0 %s 100]>>" % wide
    return raw_pdf({1: CATALOG, 2: PAGES, 3: page})


def deep_nesting() -> bytes:
    return raw_pdf({1: CATALOG, 2: PAGES, 3: PAGE, 4: b"[" * 100_000 + b"]" * 100_000})


def with_archive_behind() -> bytes:
    """Opens as a PDF and, from its end, as an archive."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("program.js", "alert(1)")
    end = archive.getvalue()
    return a_pdf() + end[:-2] + len(COMMENT).to_bytes(2, "little") + COMMENT


COMMENT: Final = b"\n%%EOF\n"
CATALOG: Final = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES: Final = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
PAGE: Final = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


def raw_pdf(objects: Mapping[int, bytes]) -> bytes:
    """A file of these objects, numbered from 1 without gaps, as they are written here."""
    written, places = _objects(objects)
    start, size = len(written), len(objects) + 1
    written += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in sorted(objects):
        written += b"%010d 00000 n \n" % places[number]
    written += b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(written)


def _objects(objects: Mapping[int, bytes]) -> tuple[bytearray, dict[int, int]]:
    written, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return written, places
