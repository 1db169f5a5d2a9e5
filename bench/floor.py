"""The floor of a list page: a bare Flask, Core and Jinja application that answers the same bytes.

No sign-in, no rights, no counts, no translation: the layout is a constant taken from the page
that is measured, fifty rows are picked by key, and Jinja writes them.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import Environment
from sqlalchemy import Engine, bindparam, select

from backoffice.cases.models import Case, Turn
from backoffice.people.models import Account

ROW = (
    '<tr><td data-label="案件"><a href="/cases/{{ r[0] }}">{{ r[1] }}</a></td>'
    '<td data-label="企業">{{ r[2] }} <span class="q small">{{ r[3] }}</span></td>'
    '<td data-label="方案">{{ r[4] }}</td><td data-label="狀態">'
    '<span class="s needs">{{ r[5] }}</span></td><td data-label="輪到">承辦人</td>'
    '<td data-label="等候自">{{ r[6] }}</td>'
    '<td data-label="期限">{{ r[7] or "–" }}</td><td data-label="承辦">{{ r[8] or "–" }}</td>'
    '<td class="n" data-label="不符事項">{{ r[9] }}</td>'
    '<td class="n" data-label="申請補助款">{{ r[10] }}</td></tr>'
)


def floor_app(engine: Engine, page: str, officer_id: int) -> Flask:
    """An application whose one page has the bytes of `page`, with its rows from the database."""
    start, _, rest = page.partition("<tbody>")
    _, _, end = rest.partition("</tbody>")
    app = Flask("floor")
    app.jinja_env.auto_reload = False
    template = Environment(autoescape=True).from_string(  # compiled once, as ours are
        "{{ start|safe }}<tbody>{% for r in rows %}" + ROW + "{% endfor %}</tbody>{{ end|safe }}"
    )
    statement: Any = (
        select(
            Case.id,
            Case.number,
            Case.firm_name,
            Case.ubn,
            Case.scheme,
            Case.state,
            Case.waiting_since,
            Case.due_on,
            Account.name,
            Case.finding_count,
            Case.subsidy_requested,
        )
        .outerjoin(Account, Account.id == Case.officer_id)
        .where(Case.officer_id == bindparam("officer"), Case.turn == Turn.OURS)
        .order_by(Case.waiting_since, Case.id)
        .limit(51)
    )

    @app.get("/")
    def page_of_rows() -> str:
        with engine.connect() as connection:
            rows = connection.execute(statement, {"officer": officer_id}).all()
        return template.render(start=start, end=end, rows=rows[:50])

    return app
