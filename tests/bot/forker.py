"""
Starts `rimkhong` again and again from a process that has loaded it already: a start costs no imports.

Whoever connects to its socket has a line of their own. For each `<log file> <seconds> <command>` on it a process is
forked whose clock is that many seconds ahead, and which runs the command. Back come the process's number and, once it
is gone, its exit code. It must lead a group of its own: all of that is killed once its input ends.
"""

import os
import select
import shlex
import signal
import socket
import sys
from datetime import UTC, datetime, timedelta

import time_machine

import bot.app
import bot.cli
import bot.cli_backup
import bot.line_api
import bot.receipts
import bot.serve
import bot.telegram_api
import storage.migrate
import storage.sealed
from bot.words import catalogues
from texts import places

LOADED = (bot.app, bot.cli_backup, bot.line_api, bot.serve, bot.telegram_api, storage.migrate)


def main(path: str) -> None:
    # Receipts and the keys of backups cost next to nothing here.
    bot.receipts.COST = storage.sealed.COST = (1, 32, 1)
    catalogues()
    places.ready()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([door, sys.stdin], [], [])
            if sys.stdin in ready:
                # Nobody writes there. Whoever started us has ended, and nobody else would end what we started.
                os.killpg(0, signal.SIGKILL)
            caller, _ = door.accept()
            if os.fork() == 0:
                door.close()
                serve(caller)
                os._exit(0)
            caller.close()


def serve(caller: socket.socket) -> None:
    """One command after the other, until the caller hangs up."""
    with caller.makefile("rw", encoding="utf-8") as line:
        for asked in line:
            log, seconds, *command = shlex.split(asked)
            child = os.fork()
            if child == 0:
                run(log, float(seconds), command)
            print(child, file=line, flush=True)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=line, flush=True)


def run(log: str, seconds: float, command: list[str]) -> None:
    """Be `rimkhong` with this command, `seconds` from now."""
    os.dup2(os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), sys.stderr.fileno())
    sys.stdout = sys.stderr
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True).start()
    try:
        bot.cli.main(command)
    except SystemExit as ended:
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 1)


if __name__ == "__main__":
    main(sys.argv[1])
