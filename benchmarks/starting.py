"""From `rimkhong run` to the first answer in the browser, and how much memory it then holds while idle."""

import json
import statistics
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

import psutil

from benchmarks.processes import SERVER, program, until_up

ROUNDS = 3
PORT = 18091


def say(text: str) -> None:
    body = json.dumps({"event": str(uuid.uuid4()), "text": text}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/playground/resident-1/say", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10):
        pass


def answered() -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/playground/resident-1/feed", timeout=10) as feed:
        return any(not entry["mine"] for entry in json.loads(feed.read())["entries"])


def once(folder: Path) -> tuple[float, float]:
    """
    Seconds to the first answer on a new database, and MB of resident memory when that has settled: the first receipts
    are made just after it, each of which takes 64 MB for a moment.
    """
    file = folder / "config.toml"
    file.write_text(f'[storage]\nurl = "sqlite:///{folder}/new.db"\n[web]\nport = {PORT}\n')
    begun = time.perf_counter()
    with program("-m", "bot", "run", "--config", str(file), where=SERVER) as running:
        until_up(f"http://127.0.0.1:{PORT}/")
        say("สวัสดี")
        while not answered():
            time.sleep(0.02)
        took = time.perf_counter() - begun
        time.sleep(12)
        return took, psutil.Process(running.pid).memory_info().rss / 1e6


def main() -> None:
    found = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            found.append(once(Path(folder)))
    print(f"start to first answer    {statistics.median(took for took, _ in found):6.2f} s   (goal 3.00)")
    print(f"resident memory, idle    {statistics.median(size for _, size in found):6.0f} MB  (goal 160)")


if __name__ == "__main__":
    main()
