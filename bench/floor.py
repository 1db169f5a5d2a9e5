"""The floor of a list page: a bare Flask, Core and Jinja application that answers the same bytes.

No sign-in, no rights, no counts, no translation, no session of an ORM and no forms: the layout with
its menu and filters is the text around the rows of the page that is measured. Fifty rows are picked
by key, with plain Core columns; what must be done to write the very same rows is done, and no more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from jinja2 import Environment
from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    String,
    column,
    create_engine,
    select,
    table,
    text,
)

from backoffice.db import engine_options, prepare

ROWS = (
    "{% for id, number, firm, ubn, scheme, shape, state, turn, since, due, late, officer, "
    "findings, asked in rows %}"
    '<tr><td data-label="案件"><a href="/cases/{{ id }}">{{ number }}</a></td>'
    '<td data-label="企業">{{ firm }} <span class="q small">{{ ubn }}</span></td>'
    '<td data-label="方案">{{ scheme }}</td>'
    '<td data-label="狀態"><span class="s {{ shape }}">{{ state }}</span></td>'
    '<td data-label="輪到">{{ turn }}</td>'
    '<td data-label="等候自">{{ since }}</td>'
    '<td data-label="期限">{% if late %}<span class="s needs">{{ due }}</span>'
    "{% else %}{{ due }}{% endif %}</td>"
    '<td data-label="承辦">{{ officer }}</td>'
    '<td class="n" data-label="不符事項">{{ findings }}</td>'
    '<td class="n" data-label="申請補助款">{{ asked }}</td></tr>\n{% endfor %}'
)
CASE = table(
    "case",
    column("id", BigInteger()),
    column("number", String()),
    column("firm_name", String()),
    column("ubn", String()),
    column("scheme", String()),
    column("state", String()),
    column("waiting_for", String()),
    column("waiting_since", DateTime()),
    column("due_on", Date()),
    column("officer_id", BigInteger()),
    column("finding_count", BigInteger()),
    column("subsidy_requested", BigInteger()),
)
ACCOUNT = table("account", column("id", BigInteger()), column("name", String()))
TAIPEI = timedelta(hours=8)
SHAPES = {"OFFICER": "needs", "NOBODY": "closed"}


def floor_app(
    url: str, page: str, words: dict[str, str], where: str, order: str, now: datetime
) -> Flask:
    """An application whose one page is `page`, with its rows from the database.

    `where` and `order` pick the rows; `words` are those of the states and turns.
    """
    start, _, rest = page.partition("<tbody>")
    _, _, end = rest.partition("</tbody>")
    engine = prepare(create_engine(url, **engine_options(url)), writes=False)
    app = Flask("floor")
    template = Environment(autoescape=True).from_string(  # compiled once, as ours are
        f"{{% raw %}}{start}<tbody>\n{{% endraw %}}{ROWS}{{% raw %}}  </tbody>{end}{{% endraw %}}"
    )
    case, account = CASE.c, ACCOUNT.c
    today = (now + TAIPEI).date()
    statement: Any = (
        select(
            case.id,
            case.number,
            case.firm_name,
            case.ubn,
            case.scheme,
            case.state,
            case.waiting_for,
            case.waiting_since,
            case.due_on,
            account.name,
            case.finding_count,
            case.subsidy_requested,
        )
        .select_from(CASE.outerjoin(ACCOUNT, account.id == case.officer_id))
        .where(text(where))
        .order_by(text(order))
        .limit(51)
    )

    @app.get("/")
    def page_of_rows() -> str:
        with engine.connect() as connection:
            found = connection.execute(statement).all()
        rows = []
        for key, number, firm, ubn, scheme, state, turn, since, due, officer, n, asked in found[
            :50
        ]:
            local = since + TAIPEI
            rows.append(
                (
                    key,
                    number,
                    firm,
                    ubn,
                    scheme,
                    SHAPES.get(turn, "progress"),
                    words[state],
                    words[turn],
                    f"{local.year - 1911}/{local:%m/%d %H:%M}",
                    f"{due.year - 1911}/{due:%m/%d}" if due else "–",
                    due is not None and due < today,
                    officer or "–",
                    n,
                    f"{asked:,}",
                )
            )
        return template.render(rows=rows)

    return app
