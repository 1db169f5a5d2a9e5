"""Cases by what somebody types: a number from the front, a 統一編號, a part of a firm's name.

The keys of `rules.finding` lead to the few cases that may be meant, at any number of cases; what
is shown is compared with the name itself, so the answer is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import Session, aliased

from backoffice.cases.models import Case, CaseKey
from backoffice.cases.queries.queue import COLUMNS, QueueRow
from backoffice.cases.rules.finding import KEY_MAX, LAST, folded, number_key, pieces
from backoffice.db import look
from backoffice.people.models import Account

SEARCH_MAX: Final = 200
_COUNTED_MAX: Final = 1_000  # a piece with more cases is common, and it does not matter how common
_ASKED_MAX: Final = 24  # pieces of a word whose number of cases is looked up
_PROBED_MAX: Final = 3  # pieces asked of a case before its name is read
_CHUNK_MAX: Final = 20_000
_UBN_DIGITS: Final = 8


def search(session: Session, text: str) -> tuple[QueueRow, ...]:
    """Cases by number, 統一編號, or a part of the firm's name; newest first, 200 at most.

    Full width is as half width, large letters are as small ones, % and _ are themselves. A number
    is found by how it begins; where more than 200 begin so, those with the highest numbers. What is
    somebody's 統一編號 is looked for in no name. A single character is found like any other part,
    among the first thousand names that hold it.
    """
    word = folded(text)
    if not word or "\0" in word:  # which PostgreSQL takes in no text
        return ()
    found = {row.id: row for row in _by_number(session, word)}
    if is_ubn := word.isascii() and word.isdigit() and len(word) == _UBN_DIGITS:
        found.update((row.id, row) for row in _rows(session, _of_ubn(), ubn=word))
    if not (is_ubn and found):
        by_name = _by_character(session, word) if len(word) == 1 else _by_name(session, word)
        found.update((row.id, row) for row in by_name)
    newest = sorted(found, reverse=True)[:SEARCH_MAX]
    return tuple(found[case_id] for case_id in newest)


def _rows(session: Session, statement: Select[Any], **facts: Any) -> Sequence[QueueRow]:
    return [QueueRow._make(row) for row in look(session, statement, facts)]


def _by_number(session: Session, word: str) -> Sequence[QueueRow]:
    begins = number_key(word)
    if len(begins) >= KEY_MAX:  # longer than any number
        return ()
    return _rows(session, _of_number(), begins=begins, ends=begins + LAST)


def _by_character(session: Session, word: str) -> Sequence[QueueRow]:
    return _rows(session, _of_character(), begins=word, ends=word + LAST)


def _by_name(session: Session, word: str) -> Iterator[QueueRow]:
    """Whose firm's name holds the word, newest first.

    The rarest pieces lead; a name may hold all pieces of a word and not the word, so it is read.
    """
    rare = _rarest(session, list(dict.fromkeys(pieces(word, min(len(word), 3))))[:_ASKED_MAX])
    if not rare:
        return
    statement = _of_pieces(len(rare))
    facts = {f"piece_{n}": piece for n, piece in enumerate(rare)}
    below, size, left = 1 << 62, SEARCH_MAX, SEARCH_MAX
    while True:
        candidates = _rows(session, statement, **facts, below=below, size=size)
        for row in candidates:
            if word in folded(row.firm_name):
                yield row
                left -= 1
        if left <= 0 or len(candidates) < size:
            return
        below, size = candidates[-1].id, min(size * 4, _CHUNK_MAX)


def _rarest(session: Session, wanted: list[str]) -> list[str]:
    """At most three of the pieces, the rarest first; none where no name has one of them."""
    if len(wanted) == 1:
        return wanted
    facts = {f"piece_{n}": piece for n, piece in enumerate(wanted)}
    counted = look(session, _counted(len(wanted)), facts).one()
    if 0 in counted:
        return []
    places = sorted(range(len(wanted)), key=counted.__getitem__)
    return [wanted[place] for place in places[:_PROBED_MAX]]


# --- statements, each written once ------------------------------------------------------------


def _cases() -> Select[Any]:
    statement: Any = select(*COLUMNS).outerjoin(Account, Account.id == Case.officer_id)
    built: Select[Any] = statement
    return built


@cache
def _of_ubn() -> Select[Any]:
    statement: Select[Any] = _cases().where(Case.ubn == bindparam("ubn"))
    return statement.order_by(Case.id.desc()).limit(SEARCH_MAX)


@cache
def _of_number() -> Select[Any]:
    highest = _between().order_by(CaseKey.key.desc(), CaseKey.case_id.desc()).limit(SEARCH_MAX)
    return _newest(highest)


@cache
def _of_character() -> Select[Any]:
    first = _between().order_by(CaseKey.key, CaseKey.case_id.desc()).limit(SEARCH_MAX * 5)
    ids = first.subquery().c.case_id
    return _newest(select(ids).distinct().order_by(ids.desc()).limit(SEARCH_MAX))


def _between() -> Select[Any]:
    return select(CaseKey.case_id).where(
        CaseKey.key >= bindparam("begins"), CaseKey.key < bindparam("ends")
    )


def _newest(found: Select[Any]) -> Select[Any]:
    ids = found.subquery()
    statement: Select[Any] = _cases().where(Case.id.in_(select(ids.c.case_id)))
    return statement.order_by(Case.id.desc()).limit(SEARCH_MAX)


@cache
def _counted(count: int) -> Select[Any]:
    return select(
        *(
            select(func.count())
            .select_from(
                select(literal(1))
                .where(CaseKey.key == bindparam(f"piece_{n}"))
                .limit(_COUNTED_MAX)
                .subquery()
            )
            .scalar_subquery()
            for n in range(count)
        )
    )


@cache
def _of_pieces(count: int) -> Select[Any]:
    """Cases that have so many pieces, newest first: the first one leads, the others are asked."""
    leading = aliased(CaseKey)
    statement: Any = (
        select(*COLUMNS)
        .select_from(leading)
        .join(Case, Case.id == leading.case_id)
        .outerjoin(Account, Account.id == Case.officer_id)
        .where(leading.key == bindparam("piece_0"), leading.case_id < bindparam("below"))
    )
    for n in range(1, count):
        other = aliased(CaseKey)
        asked = select(literal(1)).where(
            other.key == bindparam(f"piece_{n}"), other.case_id == leading.case_id
        )
        statement = statement.where(asked.exists())
    built: Select[Any] = statement.order_by(leading.case_id.desc()).limit(bindparam("size"))
    return built
