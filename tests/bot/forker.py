"""Starts `rimkhong run` again and again from a process that has loaded it already: a start costs no imports.

For each line on standard input, `<seconds> <role> <config file>`, it forks a process whose clock is that many seconds
ahead, and which runs the command in that role with that file. It prints the process's number, and `ended` once it is
gone.
"""

import os
import sys
from datetime import UTC, datetime, timedelta

import time_machine

import bot.app
import bot.cli
import bot.line_api
import bot.serve
import bot.telegram_api
import storage.migrate
from bot.words import catalogues
from texts import places

LOADED = (bot.app, bot.line_api, bot.serve, bot.telegram_api, storage.migrate)


def main() -> None:
    catalogues()
    places.ready()
    for line in sys.stdin:
        seconds, role, config = line.strip().split(" ", 2)
        child = os.fork()
        if child == 0:
            run(float(seconds), role, config)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


def run(seconds: float, role: str, config: str) -> None:
    """Be the bot, `seconds` from now."""
    os.close(sys.stdin.fileno())
    sys.stdout = sys.stderr
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True).start()
    bot.cli.main(["run", "--role", role, "--config", config])
    os._exit(0)


if __name__ == "__main__":
    main()
