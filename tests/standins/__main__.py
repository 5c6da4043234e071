"""`python -m tests.standins line|telegram --port N`: one stand-in in a process of its own, until SIGTERM or Ctrl-C."""

import argparse
import asyncio
import gc
import importlib
import json
import signal

from tests.standins.serve import Served

STANDINS = {"line": "tests.standins.line:LineStandin", "telegram": "tests.standins.telegram:TelegramStandin"}


async def run(name: str, port: int, settings: dict[str, object]) -> None:
    """Serves one stand-in, made with `settings`, and prints its address on the first line."""
    module, _, kind = STANDINS[name].partition(":")
    standin = getattr(importlib.import_module(module), kind)(**settings)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with Served(standin.app, port=port) as server:
        print(server.url, flush=True)
        # What exists by now stays: the collector need not walk it again under load.
        gc.freeze()
        await stopped.wait()


def main() -> None:
    """Reads the command line. `--set name=value` gives the stand-in's constructor a value, as JSON or as plain text."""
    parser = argparse.ArgumentParser(prog="python -m tests.standins", description=__doc__)
    parser.add_argument("standin", choices=sorted(STANDINS))
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one and prints it")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    chosen = parser.parse_args()
    asyncio.run(run(chosen.standin, chosen.port, dict(map(setting, chosen.settings))))


def setting(written: str) -> tuple[str, object]:
    """`record=false` is ("record", False); a value that is not JSON stays text."""
    name, _, value = written.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


if __name__ == "__main__":
    main()
