"""A module for a child process: tells what such a process may still do."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backoffice.kernel.child import Answer, answer, limit_this_process
from backoffice.kernel.refusal import Refused

MIB = 1 << 20


def probe(request: dict[str, Any], read: Callable[[], bytes]) -> Answer:
    """Do what the request names, and tell what came of it."""
    limit_this_process(memory_bytes=256 * MIB, seconds=1)
    content = read()
    match request["do"]:
        case "tell":
            return {"environment": sorted(os.environ), "size": len(content)}, (content, b"!")
        case "write":
            try:
                Path(request["path"]).write_bytes(content)
            except OSError as error:
                return {"error": type(error).__name__}, ()
            return {"error": ""}, ()
        case "sleep":
            time.sleep(60)
        case "spin":
            while True:
                pass
        case "eat":
            return {"eaten": len(bytearray(512 * MIB))}, ()
        case "refuse":
            raise Refused("probe.refused", row=12)
        case "leave":
            sys.exit(3)
    return {}, ()


if __name__ == "__main__":
    answer(probe)
