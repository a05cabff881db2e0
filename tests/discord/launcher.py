"""Runs a program of this project in a process of its own, against a loopback Discord in the process of the test.

    python tests/discord/launcher.py PORT CA_FILE module:function [ARGUMENT ...]

A coroutine function with a parameter `connector` is awaited with a connector that reaches Discord at 127.0.0.1:PORT.
Any other function, such as a command line's `main`, is called as its script would call it; while it runs, every
connector made without a resolver of its own is such a connector. ARGUMENTs become `sys.argv[1:]`. The exit status is
the function's; a connection beyond loopback makes it 70, whatever the function made of the error.
"""

import asyncio
import importlib
import inspect
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

# The directory of this script would come first in the search path; the project's root belongs there.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.discord.guard import only_loopback  # noqa: E402
from tests.discord.network import LoopbackResolver, open_connector  # noqa: E402

LEAKED = 70


def main(port: int, ca_file: Path, target: str) -> int:
    """Run `target` and return its exit status."""
    module, _, name = target.partition(":")
    ca = ca_file.read_text(encoding="ascii")
    with only_loopback() as refused:
        try:
            status = _call(getattr(importlib.import_module(module), name), port, ca, refused.append)
        except SystemExit as stop:
            status = stop.code
    if refused:
        sys.stderr.write(f"launcher: tried to reach {', '.join(refused)}\n")
        return LEAKED
    return status if isinstance(status, int) else int(status is not None)


def _call(function: Callable[..., Any], port: int, ca: str, on_refusal: Callable[[str], None]) -> Any:
    if "connector" in inspect.signature(function).parameters:

        async def run() -> Any:
            return await function(connector=open_connector(port, ca, on_refusal))

        return asyncio.run(run())

    class Connector(aiohttp.TCPConnector):
        def __init__(self, **options: Any) -> None:
            options.setdefault("resolver", LoopbackResolver(port, on_refusal))
            options.setdefault("ssl", ssl.create_default_context(cadata=ca))
            super().__init__(**options)

    aiohttp.TCPConnector = Connector  # type: ignore[misc]
    return function()


if __name__ == "__main__":
    port, ca_file, target, *sys.argv[1:] = sys.argv[1:]
    sys.exit(main(int(port), Path(ca_file), target))
