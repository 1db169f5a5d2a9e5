"""From a TOML document to an edition, or the list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from backoffice.kernel.taiwan import Window
from backoffice.scheme.rules import applicants, sections
from backoffice.scheme.rules.checks import faults_of
from backoffice.scheme.rules.edition import Edition
from backoffice.scheme.rules.keys import CloseCause, EditionKey, Flow
from backoffice.scheme.rules.parts import Agency, ApplicationWindow
from backoffice.scheme.rules.reading import Fault, Log, Table

P = TypeVar("P")

_GRANT_SECTIONS = (
    "budget", "period", "checkpoints", "scoring", "tranches", "settlement", "award", "recusal",
)  # fmt: skip
_SECTIONS_NEEDED: dict[Flow, tuple[str, ...]] = {
    Flow.GRANT: _GRANT_SECTIONS,
    Flow.SEAT: ("seats",),
    Flow.ADVISORY: (),
    Flow.TRAINING: ("training",),
    Flow.LOAN: ("loans",),
    Flow.MARKETING: (),
}
_OWN_SECTIONS = frozenset(section for needed in _SECTIONS_NEEDED.values() for section in needed) | {
    "benefits"
}


class InvalidEdition(Exception):
    """A document that is no edition; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


def parse(document: Mapping[str, object]) -> Edition:
    """The edition that a document describes. Raises InvalidEdition with every fault.

    What is left out is None or empty in the edition, never another scheme's value. Every
    rule is a table of `value` and `source`; titles, labels and keys stand alone. A section
    with a fault in its reading is not checked further until that is mended.
    """
    log = Log()
    root = Table(document, "", log, absent=False)
    flow = root.word_of("flow", Flow)
    _check_sections(root, flow)
    edition = _edition(root, flow, log)
    log.report_unknown_keys()
    faults = (*log.faults, *faults_of(edition, unread=frozenset(map(_section, log.faults))))
    if faults:
        raise InvalidEdition(faults)
    return edition


def _section(fault: Fault) -> str:
    return fault.path.partition(".")[0].partition("[")[0]


def _check_sections(root: Table, flow: Flow) -> None:
    needed = _SECTIONS_NEEDED[flow]
    for section in needed:
        if not root.has(section):
            root.fault(section, "missing")
    allowed = (*needed, "benefits") if flow is Flow.GRANT else needed
    for section in sorted(_OWN_SECTIONS.difference(allowed)):
        if root.has(section):
            root.fault(section, "not_for_flow", flow.value)
            root.set_aside(section)


def _edition(root: Table, flow: Flow, log: Log) -> Edition:
    application = _application(root.table("window"))
    return Edition(
        key=EditionKey(root.key("scheme"), root.ordinal("number")),
        title_zh=root.name("title_zh"),
        title_en=root.name("title_en"),
        measure=root.whole("measure", 1, 99),
        flow=flow,
        agencies=tuple(map(_agency, root.rows("agencies", by=None))),
        executing_body=root.text("executing_body") if root.has("executing_body") else None,
        funding_source=root.text("funding_source"),
        purposes=root.texts("purposes") if root.has("purposes") else (),
        applies=_applies(root.table("applies")),
        application=application,
        variants=tuple(map(applicants.variant, root.rows("variants", by="key"))),
        eligibility=applicants.eligibility(root.table("eligibility")),
        budget=_optional(root, "budget", sections.budget),
        period=_optional(root, "period", sections.period),
        checkpoints=_optional(root, "checkpoints", sections.checkpoints),
        benefits=_optional(root, "benefits", sections.benefits),
        scoring=_optional(root, "scoring", sections.scoring),
        tranches=tuple(
            sections.tranche(row, number)
            for number, row in enumerate(_rows(root, "tranches", by=None), 1)
        ),
        settlement=_optional(root, "settlement", sections.settlement),
        award=_optional(root, "award", sections.award),
        review=_optional(root, "review", sections.review),
        supplement=_optional(root, "supplement", sections.supplement),
        recusal=_optional(root, "recusal", sections.recusal),
        seats=_optional(root, "seats", sections.seats),
        loans=_optional(root, "loans", sections.loans),
        training=_optional(root, "training", sections.training),
        documents=tuple(map(sections.document, _rows(root, "documents", by="code"))),
        closing=_optional(root, "closing", sections.closing),
        figures=tuple(log.figures),
    )


def _optional(root: Table, section: str, read: Callable[[Table], P]) -> P | None:
    return read(root.table(section)) if root.has(section) else None


def _rows(root: Table, key: str, *, by: str | None) -> tuple[Table, ...]:
    return root.rows(key, by=by) if root.has(key) else ()


def _agency(row: Table) -> Agency:
    return Agency(name=row.text("name"), since=row.day("since") if row.has("since") else None)


def _applies(table: Table) -> Window:
    since = table.instant("from")
    until = table.instant("until") if table.has("until") else None
    if until is not None and until <= since:
        table.fault("until", "closes_before_opening")
        until = None
    return Window(since, until)


def _application(table: Table) -> ApplicationWindow:
    opens_at = table.instant("opens_at")
    closes_at = table.instant("closes_at") if table.has("closes_at") else None
    if closes_at is not None and closes_at <= opens_at:
        table.fault("closes_at", "closes_before_opening")
    return ApplicationWindow(
        opens_at=opens_at,
        closes_at=closes_at,
        roll_to_business_day=table.flag("roll_to_business_day"),
        early_close_causes=table.agreed("early_close_causes", CloseCause),
    )
