"""Settings: frozen, typed, read once from the environment. The only reader of `os.environ`."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
LOG_FORMATS = ("auto", "json", "text")
SOCKET = re.compile(r"/.+|[^/\s]+:\d{1,5}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between one installation and another.

    `now` is the instant at which a demonstration's clock starts; None in real use.
    `editions` is a folder of sealed editions that the office adds to those of the release.
    `payments` is a file that says which accounts are paid from, in place of the release's own.
    `virus_scanner` is where clamd listens, `/path/of/its.socket` or `host:port`; "" for none.
    `postgres_programs` is the folder of pg_dump and pg_restore; None where they are on the path.
    `worker_grace_seconds`, 120 or more, is how long the worker may be silent for `/readyz`.
    `log_format` is "json", "text" or "auto": text at a terminal, JSON lines otherwise.
    `proxies` is how many servers of our own stand in front: how many addresses are believed.
    `prepared_statements` is off behind a pgbouncer older than 1.22.
    `idle_minutes` 5…60 and `session_hours` 1…24 are the sign-in limits (基準 5, 6).
    """

    database_url: str
    secret_key: str
    instance: Path
    port: int = 8000
    now: datetime | None = None
    secure_cookies: bool = False
    idle_minutes: int = 30
    session_hours: int = 12
    virus_scanner: str = ""
    editions: Path | None = None
    payments: Path | None = None
    postgres_programs: Path | None = None
    worker_grace_seconds: int = 300
    log_format: str = "auto"
    proxies: int = 0
    prepared_statements: bool = True
    version: str = "0.1.0"
    testing: bool = False

    def __post_init__(self) -> None:
        if not 5 <= self.idle_minutes <= 60:
            raise ValueError("BACKOFFICE_IDLE_MINUTES must lie between 5 and 60")
        if not 1 <= self.session_hours <= 24:
            raise ValueError("BACKOFFICE_SESSION_HOURS must lie between 1 and 24")
        if self.virus_scanner and not SOCKET.fullmatch(self.virus_scanner):
            raise ValueError("BACKOFFICE_VIRUS_SCANNER must be /path/of/a.socket or host:port")
        if self.worker_grace_seconds < 120:
            raise ValueError("BACKOFFICE_WORKER_GRACE_SECONDS must be 120 at least")
        if self.log_format not in LOG_FORMATS:
            raise ValueError("BACKOFFICE_LOG must be one of: " + ", ".join(LOG_FORMATS))
        if not 0 <= self.proxies <= 5:
            raise ValueError("BACKOFFICE_PROXIES must lie between 0 and 5")
        if self.now is not None and self.now.tzinfo is None:
            raise ValueError("BACKOFFICE_NOW must carry its offset, such as +08:00")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that the environment asks for; see README for the names."""
    env = os.environ if environ is None else environ
    instance = Path(env.get("BACKOFFICE_INSTANCE", str(PROJECT / "instance")))
    instance.mkdir(parents=True, exist_ok=True)
    payments = env.get("BACKOFFICE_PAYMENTS")
    started, editions = env.get("BACKOFFICE_NOW"), env.get("BACKOFFICE_EDITIONS")
    programs = env.get("BACKOFFICE_POSTGRES_PROGRAMS")
    return Settings(
        database_url=_driver(env.get("DATABASE_URL") or f"sqlite:///{instance / 'backoffice.db'}"),
        secret_key=env.get("SECRET_KEY") or _kept_secret(instance / "secret_key"),
        instance=instance,
        port=int(env.get("PORT", "8000")),
        now=datetime.fromisoformat(started) if started else None,
        secure_cookies=env.get("BACKOFFICE_SECURE_COOKIES", "") == "1",
        editions=Path(editions) if editions else None,
        payments=Path(payments) if payments else None,
        postgres_programs=Path(programs) if programs else None,
        worker_grace_seconds=int(env.get("BACKOFFICE_WORKER_GRACE_SECONDS", "300")),
        log_format=env.get("BACKOFFICE_LOG", "auto"),
        proxies=int(env.get("BACKOFFICE_PROXIES", "0")),
        prepared_statements=env.get("BACKOFFICE_PREPARED_STATEMENTS", "1") != "0",
        idle_minutes=int(env.get("BACKOFFICE_IDLE_MINUTES", "30")),
        session_hours=int(env.get("BACKOFFICE_SESSION_HOURS", "12")),
        virus_scanner=env.get("BACKOFFICE_VIRUS_SCANNER", "").strip(),
    )


def _driver(url: str) -> str:
    """Name the PostgreSQL driver that the project installs, whichever way the URL was written."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _kept_secret(path: Path) -> str:
    """A key made once for this machine, so that a restart signs nobody out."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")
