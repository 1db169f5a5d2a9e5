"""How gunicorn serves the office: `gunicorn --config deploy/gunicorn.conf.py`.

One synchronous process a core, behind a server that keeps slow readers away (nginx): half the 95th
percentile of threads. The application is built once, before the processes part, and what it built
is frozen, so that they share its memory and the collector leaves it alone.

Read from the environment: BACKOFFICE_BIND (default 127.0.0.1 and PORT), WEB_CONCURRENCY (default:
the cores), BACKOFFICE_TIMEOUT (seconds for one answer, default 120), PROMETHEUS_MULTIPROC_DIR
(default: a folder of its own, removed at the end).
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
SHARED_MEMORY = Path("/dev/shm")  # for a heartbeat that never waits for a disk

# Before prometheus_client is imported: it looks once.
_own_folder = (
    "" if "PROMETHEUS_MULTIPROC_DIR" in os.environ else tempfile.mkdtemp(prefix="metrics-")
)
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", _own_folder)

from backoffice.web.journal import standard_logging

wsgi_app = "backoffice.app:create_app()"
chdir = str(PROJECT)
bind = os.environ.get("BACKOFFICE_BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", len(os.sched_getaffinity(0))))
worker_class = "sync"
preload_app = True
timeout = int(os.environ.get("BACKOFFICE_TIMEOUT", "120"))
graceful_timeout = 30
backlog = 256
limit_request_fields = 60
control_socket_disable = True
proc_name = "backoffice"
logconfig_dict = standard_logging()
if SHARED_MEMORY.is_dir():
    worker_tmp_dir = str(SHARED_MEMORY)


def when_ready(server: Any) -> None:
    """Close what a fork must not share, then freeze what every process will only read."""
    from backoffice.db import sessions

    app = server.app.wsgi()
    app.extensions["backoffice"].office.engine.dispose()
    with app.app_context():
        sessions.engine.dispose()
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:
    """Collect rarely: an answer makes few cycles, and a full collection is a pause of 30 ms."""
    gc.set_threshold(50_000, 20, 50)


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the gauges of a process that has ended; its counts stay."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    if _own_folder:
        shutil.rmtree(_own_folder, ignore_errors=True)
