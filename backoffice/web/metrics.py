"""What a supervisor measures: requests, deeds, the writers' queue. No label names a person.

With PROMETHEUS_MULTIPROC_DIR set before the start, every process counts into files of that folder
and whichever answers adds them up; without it, one process tells of itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from ipaddress import ip_address
from typing import Any, cast

from flask import request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from backoffice.upkeep import Stock

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via")
FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
WAITS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)

OURS = CollectorRegistry(auto_describe=True)
REQUESTS = Counter(
    "backoffice_requests", "Answers, by endpoint and status.", ("endpoint", "status"), registry=OURS
)
REQUEST_SECONDS = Histogram(
    "backoffice_request_seconds",
    "How long an answer took, by endpoint.",
    ("endpoint",),
    buckets=FAST,
    registry=OURS,
)
DEEDS = Counter(
    "backoffice_use_cases",
    "Deeds, by name and by outcome: done, failed, or the code of the refusal.",
    ("name", "outcome"),
    registry=OURS,
)
DEED_SECONDS = Histogram(
    "backoffice_use_case_seconds",
    "How long a deed took, waiting for the writers' queue included.",
    ("name",),
    buckets=FAST,
    registry=OURS,
)
WRITER_WAIT = Histogram(
    "backoffice_writer_wait_seconds",
    "How long a deed waited for its turn to write (SQLite only).",
    buckets=WAITS,
    registry=OURS,
)


class Measured:
    """The office's watch: counts every deed by its name."""

    def performed(self, name: str, outcome: str, seconds: float) -> None:
        """A deed ended, done or not."""
        DEEDS.labels(name, outcome).inc()
        DEED_SECONDS.labels(name).observe(seconds)

    def waited(self, seconds: float) -> None:
        """A deed got its turn to write."""
        WRITER_WAIT.observe(seconds)


def answered(endpoint: str, status: int, seconds: float) -> None:
    """A request was answered."""
    _requests(endpoint, status).inc()
    _request_seconds(endpoint).observe(seconds)


# Looking a label up costs as much as counting; there are as many as there are endpoints.
@cache
def _requests(endpoint: str, status: int) -> Counter:
    return REQUESTS.labels(endpoint, status)


@cache
def _request_seconds(endpoint: str) -> Histogram:
    return REQUEST_SECONDS.labels(endpoint)


def is_asked_from_here() -> bool:
    """Whether the request comes from this machine itself, and not through a server before it."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


class StockCollector(Collector):
    """The database's figures at the moment of asking; ages in seconds of the machine's clock."""

    def __init__(self, stock: Stock, now: datetime) -> None:
        self._stock, self._now = stock, now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each figure; an age only of what has happened."""
        stock = self._stock
        yield GaugeMetricFamily(
            "backoffice_outbox_due", "Promises not yet kept.", stock.promises_due
        )
        yield GaugeMetricFamily(
            "backoffice_outbox_failed", "Promises given up.", stock.promises_failed
        )
        yield GaugeMetricFamily(
            "backoffice_audit_entries", "Entries of the audit chain.", stock.audit_entries
        )
        for name, text, at in (
            ("worker_round", "the worker's last round", stock.worker_seen_at),
            ("backup", "the last backup", stock.backup_taken_at),
        ):
            if at is not None:
                age = (self._now - at).total_seconds()
                yield GaugeMetricFamily(
                    f"backoffice_{name}_age_seconds", f"Seconds since {text}.", age
                )


def exposition(stock: Stock, now: datetime) -> bytes:
    """Everything measured, in Prometheus's text format."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        cast("Any", multiprocess.MultiProcessCollector)(counted)
    else:
        counted = OURS
    figures = CollectorRegistry()
    figures.register(StockCollector(stock, now))
    return generate_latest(counted) + generate_latest(figures)
