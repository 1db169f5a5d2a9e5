"""Every object of a PDF is looked at; what is more than pages to read is refused, in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from pikepdf import Array, Dictionary, Name, String

from backoffice.kernel.refusal import Refused
from backoffice.pdf.inspection import inspect
from backoffice.pdf.limits import PDF_LIMITS
from tests.pdf import hostile
from tests.pdf.hostile import MIB, a_pdf, annotated, linked, locked, on_opening

SECONDS = 5.0

PLAIN = a_pdf()
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a spreadsheet": (lambda: b"PK\x03\x04 a spreadsheet", "document.not_pdf"),
    "a page of HTML": (lambda: b"<html><script>1</script>%PDF-1.7 %%EOF", "document.not_pdf"),
    "only a head": (lambda: b"%PDF-1.7 cut off", "document.damaged"),
    "cut before its end": (lambda: PLAIN[:-40], "document.damaged"),
    "cut in the middle": (lambda: PLAIN[: len(PLAIN) // 2] + b"%%EOF", "document.damaged"),
    "an archive behind it": (hostile.with_archive_behind, "document.two_kinds"),
    "a password": (lambda: locked(user="x"), "document.encrypted"),
    "forbids printing": (lambda: locked(user=""), "document.encrypted"),
    "a script on opening": (
        lambda: a_pdf(on_opening(S=Name.JavaScript, JS=String("app.alert(1)"))),
        "document.script",
    ),
    "a named script": (lambda: a_pdf(hostile.named_script), "document.script"),
    "a script in a stream": (lambda: a_pdf(hostile.script_in_a_stream), "document.script"),
    "a hidden script": (lambda: a_pdf(hostile.deeply_hidden_script), "document.script"),
    "a script in an object stream": (
        lambda: a_pdf(hostile.deeply_hidden_script, packed=True),
        "document.script",
    ),
    "a script behind a link": (lambda: a_pdf(linked(" JavaScript:alert(1)")), "document.action"),
    "a file behind a link": (lambda: a_pdf(linked("file://192.0.2.1/x")), "document.action"),
    "an address on opening": (
        lambda: a_pdf(on_opening(S=Name.URI, URI=String("https://example.org"))),
        "document.action",
    ),
    "more after turning to a page": (
        lambda: a_pdf(on_opening(S=Name.GoTo, D=Array([]), Next=Dictionary(S=Name.Named))),
        "document.action",
    ),
    "a programme": (
        lambda: a_pdf(annotated(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("x")))),
        "document.action",
    ),
    "a form sent away": (
        lambda: a_pdf(annotated(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm))),
        "document.action",
    ),
    "data brought in": (
        lambda: a_pdf(annotated(Subtype=Name.Link, A=Dictionary(S=Name.ImportData))),
        "document.action",
    ),
    "another file": (
        lambda: a_pdf(annotated(Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F=String("x")))),
        "document.action",
    ),
    "what a page does": (
        lambda: a_pdf(annotated(Subtype=Name.Link, AA=Dictionary(E=Dictionary(S=Name.Named)))),
        "document.action",
    ),
    "an attachment": (lambda: a_pdf(hostile.attached), "document.attachment"),
    "a pinned file": (
        lambda: a_pdf(annotated(Subtype=Name.FileAttachment)),
        "document.attachment",
    ),
    "a film": (lambda: a_pdf(hostile.film), "document.attachment"),
    "bytes from elsewhere": (lambda: a_pdf(hostile.bytes_elsewhere), "document.attachment"),
    "a dynamic form": (lambda: a_pdf(hostile.dynamic_form), "document.dynamic_form"),
    "100,000 objects": (
        lambda: a_pdf(hostile.many_objects(100_000)),
        "document.too_many_objects",
    ),
    "100,000 objects packed": (
        lambda: a_pdf(hostile.many_objects(100_000), packed=True),
        "document.too_many_objects",
    ),
    "1,001 pages": (lambda: a_pdf(hostile.many_pages(1_001)), "document.too_many_pages"),
    "pages in a circle": (hostile.page_tree_loop, "document.damaged"),
    "pages and parents in a circle": (hostile.page_parents_loop, "document.damaged"),
    "no page at all": (
        lambda: hostile.raw_pdf({1: hostile.CATALOG, 2: b"<</Type/Pages/Count 0/Kids[]>>"}),
        "document.damaged",
    ),
    "an object beside its place": (hostile.misplaced_object, "document.damaged"),
    "brackets without end": (hostile.deep_nesting, "document.damaged"),
    "a bomb": (lambda: a_pdf(hostile.bomb(450 * MIB)), "document.unpacks_too_large"),
    "a bomb called an image": (
        lambda: a_pdf(hostile.bomb(450 * MIB, label=Name.Image)),
        "document.unpacks_too_large",
    ),
    "a bomb in a bomb": (
        lambda: a_pdf(hostile.bomb(450 * MIB, layers=2)),
        "document.unpacks_too_large",
    ),
    "a bomb of objects": (
        lambda: hostile.object_stream_bomb(1_200 * MIB),
        "document.unpacks_too_large document.too_slow",  # by memory or by time, on a slow machine
    ),
    "an image of 10,000 million pixels": (
        lambda: a_pdf(hostile.giant_image),
        "document.too_many_pixels",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_within_five_seconds(kind: str) -> None:
    build, code = HOSTILE[kind]
    content = build()

    start = time.monotonic()
    with pytest.raises(Refused) as refusal:
        inspect(content)

    assert refusal.value.code in code.split()
    assert time.monotonic() - start < SECONDS


def test_a_table_that_promises_two_billion_objects_costs_nothing() -> None:
    start = time.monotonic()
    with pytest.raises(Refused):
        inspect(hostile.endless_numbers())

    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize(
    ("content", "pages"),
    [
        (PLAIN, 1),
        (a_pdf(packed=True), 1),
        (a_pdf(hostile.many_pages(12), packed=True), 12),
        (a_pdf(linked("https://www.moea.gov.tw/")), 1),
        (a_pdf(linked("mailto:case@moea.example")), 1),
        (a_pdf(on_opening(S=Name.GoTo, D=Array([0, Name.Fit]))), 1),
        (a_pdf(lambda pdf: pdf.Root.__setitem__("/OpenAction", Array([0, Name.Fit]))), 1),
        (a_pdf(lambda pdf: pdf.docinfo.__setitem__("/Title", "/JavaScript (x) /Launch")), 1),
        (PLAIN + b"\r\n", 1),
    ],
    ids=[
        "blank",
        "packed",
        "twelve pages",
        "a link",
        "a mail link",
        "turns to a page",
        "turns to a place",
        "the words alone",
        "a line behind",
    ],
)
def test_a_plain_file_is_taken_with_its_pages(content: bytes, pages: int) -> None:
    assert inspect(content) == pages


@pytest.mark.parametrize(("pages", "is_taken"), [(9, True), (10, True), (11, False)])
def test_the_border_of_pages(pages: int, is_taken: bool) -> None:
    assert taken(a_pdf(hostile.many_pages(pages)), pages=10) is is_taken


@pytest.mark.parametrize(("objects", "is_taken"), [(-1, False), (0, True), (1, True)])
def test_the_border_of_objects(objects: int, is_taken: bool) -> None:
    content = a_pdf(hostile.many_objects(20))
    count = content.count(b" 0 obj")

    assert taken(content, objects=count + objects) is is_taken


@pytest.mark.parametrize(("more", "is_taken"), [(-1, True), (0, True), (1, False)])
def test_the_border_of_what_it_unpacks_to(more: int, is_taken: bool) -> None:
    assert taken(a_pdf(hostile.bomb(MIB + more)), unpacked_bytes=MIB) is is_taken


def test_an_inspection_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(Refused) as refusal:
        inspect(PLAIN, replace(PDF_LIMITS, wall_seconds=0.01))

    assert refusal.value.code == "document.too_slow"


def test_an_inspection_that_runs_out_of_memory_refuses_the_file(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(Refused) as refusal:
        inspect(PLAIN + b"\n" * 20 * MIB + b"%%EOF", replace(PDF_LIMITS, memory_bytes=MIB))

    assert refusal.value.code == "document.damaged"
    assert [record.name for record in caplog.records] == ["backoffice.pdf.inspection"]


def taken(content: bytes, **limits: int) -> bool:
    try:
        inspect(content, replace(PDF_LIMITS, **limits))
    except Refused as refusal:
        return not refusal.code.startswith(("document.too_many", "document.unpacks"))
    return True
