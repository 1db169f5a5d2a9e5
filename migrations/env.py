"""How migrations run: on the office's own write engine, one transaction for each."""

from __future__ import annotations

from alembic import context
from flask import current_app

from backoffice.db import Base
from backoffice.web import guard

target = Base.metadata


def run() -> None:
    """Apply the migrations on the engine that was handed over, else on the application's own."""
    given = context.config.attributes.get("engine")
    engine = given or current_app.extensions[guard.EXTENSION].office.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
