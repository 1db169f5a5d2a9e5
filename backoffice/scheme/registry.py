"""Every edition there is, read once from its file; the only door to the rules of a scheme."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path

from backoffice.kernel.refusal import Refused
from backoffice.scheme.rules import Edition, EditionKey, Fault, InvalidEdition, SchemeKey, parse

_SHIPPED = Path(__file__).parent / "editions"
_SEALS = "seals.toml"


class BrokenSeal(Exception):
    """Published editions that are not what was sealed; `problems` names each file and why."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Catalogue:
    """A closed set of editions, by scheme and number.

    Raises InvalidEdition if a key stands twice or two editions of a scheme apply at once. An
    edition that states no end applies until the next begins: it is sealed, so its end can
    only be told by its successor.
    """

    def __init__(self, editions: Iterable[Edition]) -> None:
        ordered = sorted(editions, key=lambda edition: edition.key)
        faults = tuple(_clashes(ordered))
        if faults:
            raise InvalidEdition(faults)
        self._by_key = {edition.key: edition for edition in ordered}
        self._by_scheme: dict[SchemeKey, tuple[Edition, ...]] = {}
        for edition in ordered:
            earlier = self._by_scheme.get(edition.key.scheme, ())
            self._by_scheme[edition.key.scheme] = (*earlier, edition)

    def __iter__(self) -> Iterator[Edition]:
        return iter(self._by_key.values())

    def joined(self, other: Iterable[Edition]) -> Catalogue:
        """This catalogue and more editions in one."""
        return Catalogue((*self, *other))

    def schemes(self) -> tuple[SchemeKey, ...]:
        """Every scheme key, in order."""
        return tuple(self._by_scheme)

    def edition(self, key: EditionKey) -> Edition:
        """The edition with this key. Refuses "scheme.unknown"."""
        found = self._by_key.get(key)
        if found is None:
            raise Refused("scheme.unknown", scheme=str(key))
        return found

    def editions_of(self, scheme: SchemeKey) -> tuple[Edition, ...]:
        """A scheme's editions, oldest first. Refuses "scheme.unknown"."""
        found = self._by_scheme.get(scheme)
        if found is None:
            raise Refused("scheme.unknown", scheme=scheme)
        return found


def read_directory(directory: Path) -> Catalogue:
    """The editions under `directory`, each in its scheme's folder and named by its number.

    Raises InvalidEdition with the faults of every file, each path led by its file.
    """
    editions: list[Edition] = []
    faults: list[Fault] = []
    for path in _files(directory):
        name = _name(directory, path)
        try:
            edition = read_text(path.read_text(encoding="utf-8"))
        except InvalidEdition as problem:
            faults.extend(
                Fault(f"{name}: {fault.path}", fault.code, fault.detail) for fault in problem.faults
            )
            continue
        if str(edition.key) != name:
            faults.append(Fault(name, "misplaced", str(edition.key)))
        editions.append(edition)
    if faults:
        raise InvalidEdition(tuple(faults))
    return Catalogue(editions)


def read_text(text: str) -> Edition:
    """The edition written in TOML as `text`. Raises InvalidEdition, also for broken TOML."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise InvalidEdition((Fault("", "not_toml", str(problem)),)) from problem
    return parse(document)


@cache
def shipped() -> Catalogue:
    """The editions that come with this release."""
    return read_directory(_SHIPPED)


class _Shelf:
    """Which catalogue answers, and which folders it was read from beside the release's own.

    One for the whole process, whatever the thread.
    """

    current: Catalogue | None = None
    folders: tuple[Path, ...] = ()


def catalogue() -> Catalogue:
    """The catalogue that answers now: the shipped one, unless another was put in its place."""
    return _Shelf.current or shipped()


@contextmanager
def using(replacement: Catalogue) -> Iterator[Catalogue]:
    """Let `replacement` answer, for the length of the block, in every thread."""
    before, folders = _Shelf.current, _Shelf.folders
    _Shelf.current = replacement
    try:
        yield replacement
    finally:
        _Shelf.current, _Shelf.folders = before, folders


@contextmanager
def load_directory(directory: Path) -> Iterator[Catalogue]:
    """Add the editions of another directory to those that answer, for the length of the block."""
    with using(catalogue().joined(read_directory(directory))) as joined:
        yield joined


def add_folder(directory: Path) -> None:
    """Let the sealed editions of a folder answer beside those that do, from now on.

    The office's own editions: a scheme of its own, or a later edition of a shipped one. Raises
    BrokenSeal, and InvalidEdition where one cannot be read or stands in the way of another.
    """
    if directory in _Shelf.folders:
        return
    verify_seals(directory)
    _Shelf.current = catalogue().joined(read_directory(directory))
    _Shelf.folders = (*_Shelf.folders, directory)


def seal(directory: Path) -> Mapping[str, str]:
    """Read the editions of a folder, and write what they are sealed with into `seals.toml`.

    Whoever changes a sealed file must say so by sealing it again, before a case was received
    under it. Raises InvalidEdition; then nothing is written.
    """
    read_directory(directory)
    found = seals(directory)
    lines = ["# SHA-256 of every edition of this folder. A published edition never changes."]
    lines += [f'"{name}" = "{digest}"' for name, digest in found.items()]
    (directory / _SEALS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return found


def all_seals() -> Mapping[str, str]:
    """The seals of every edition that answers, the release's and the office's own."""
    found: dict[str, str] = {}
    for directory in (_SHIPPED, *_Shelf.folders):
        found |= seals(directory)
    return found


def edition(key: EditionKey) -> Edition:
    """The edition with this key. Refuses "scheme.unknown"."""
    return catalogue().edition(key)


def edition_named(name: str) -> Edition:
    """The edition whose key is written as scheme, slash, number. Refuses "scheme.unknown"."""
    return edition(EditionKey.named(name))


def editions_of(scheme: SchemeKey) -> tuple[Edition, ...]:
    """A scheme's editions, oldest first. Refuses "scheme.unknown"."""
    return catalogue().editions_of(scheme)


def schemes() -> tuple[SchemeKey, ...]:
    """Every scheme key, in order."""
    return catalogue().schemes()


def budget_ends_by(scheme: SchemeKey) -> date:
    """The last day of the special budget; of a scheme that names none, that of the others."""
    own = [edition.period.ends_by for edition in editions_of(scheme) if edition.period]
    return max(
        own
        or [
            edition.period.ends_by
            for other in schemes()
            for edition in editions_of(other)
            if edition.period
        ]
    )


def in_force(scheme: SchemeKey, at: datetime) -> Edition:
    """The edition that judges a case received at `at` (aware): the last that has begun.

    An edition without an end gives way when the next begins. Whether the application window
    is open is another question: `edition.window`. Refuses "scheme.unknown", or
    "scheme.closed" where no edition of the scheme applies.
    """
    for candidate in reversed(editions_of(scheme)):
        if candidate.applies.is_open_at(at):
            return candidate
    raise Refused("scheme.closed", scheme=scheme, at=at)


def governing(scheme: SchemeKey, at: datetime) -> Edition:
    """As `in_force`, but where none applies the nearest edition before `at`, else the first.

    An import judges a case by it even if it was received outside every edition, so that the
    finding stands on the case instead of the case being turned away.
    """
    editions = editions_of(scheme)
    started = [each for each in editions if each.applies.opens_at <= at]
    return started[-1] if started else editions[0]


def family(name: str) -> tuple[SchemeKey, ...]:
    """Schemes whose awards exclude each other (§1.0.4): an award in one bars from all."""
    return tuple(
        scheme
        for scheme in schemes()
        if any(each.eligibility.family == name for each in editions_of(scheme))
    )


def verify_seals(directory: Path = _SHIPPED) -> None:
    """Compare every edition's file with its seal. Raises BrokenSeal: a change is a bug."""
    sealed = _sealed(directory)
    actual = seals(directory)
    problems = (
        *(f"{name}: no seal" for name in actual if name not in sealed),
        *(f"{name}: no file" for name in sealed if name not in actual),
        *(
            f"{name}: changed since it was sealed"
            for name, digest in actual.items()
            if name in sealed and sealed[name] != digest
        ),
    )
    if problems:
        raise BrokenSeal(problems)


def seals(directory: Path = _SHIPPED) -> Mapping[str, str]:
    """The SHA-256 of every edition's file, by edition: what `seals.toml` must hold."""
    return {
        _name(directory, path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in _files(directory)
    }


def _sealed(directory: Path) -> Mapping[str, object]:
    path = directory / _SEALS
    if not path.exists():
        raise BrokenSeal((f"{_SEALS}: no file",))
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _files(directory: Path) -> list[Path]:
    return sorted(directory.glob("*/*.toml"), key=lambda path: (path.parent.name, path.stem))


def _name(directory: Path, path: Path) -> str:
    return path.relative_to(directory).with_suffix("").as_posix()


def _clashes(ordered: list[Edition]) -> Iterator[Fault]:
    """Keys that stand twice, and editions of one scheme that apply at the same instant."""
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            if first.key == second.key:
                yield Fault(str(first.key), "duplicate_key")
            elif first.key.scheme == second.key.scheme and _overlap(first, second):
                yield Fault(str(second.key), "overlap", str(first.key))


def _overlap(first: Edition, second: Edition) -> bool:
    """Whether two editions, in order of number, apply at once; no end means until the next."""
    if second.applies.opens_at <= first.applies.opens_at:
        return True
    until = first.applies.closes_at
    return until is not None and second.applies.opens_at < until
