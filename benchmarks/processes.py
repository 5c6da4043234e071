"""Programs beside the one that measures: started, pinned to a processor, and stopped."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SERVER, BESIDE = {0}, {max(os.sched_getaffinity(0))}
"""The processor for what is measured, and the one for everybody else (the same on a machine with one)."""


@contextmanager
def program(*arguments: str, where: set[int], env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A Python program on its own processor; stopped with SIGTERM, and killed if it will not."""
    command = [sys.executable, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", **(env or {})}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(running.pid, where & os.sched_getaffinity(0) or os.sched_getaffinity(0))
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        if running.stdout:
            running.stdout.close()


def first_line(running: subprocess.Popen[str]) -> str:
    assert running.stdout
    return running.stdout.readline().strip()


def ask(url: str, told: Any = None) -> Any:
    """A JSON question to a program beside us."""
    body = None if told is None else json.dumps(told).encode()
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def until_up(url: str, seconds: float = 20) -> float:
    """Wait for an address to answer: how long that took."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return time.perf_counter() - begun
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(url)
