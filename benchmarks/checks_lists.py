"""A million domains through the command: memory above a list of one, look-ups: `python -m benchmarks.checks_lists`."""

import os
import random
import sys
import tempfile
import time
from pathlib import Path

from checks.table import DomainTable

MILLION = 1_000_000


def peak(folder: Path, file: Path) -> tuple[float, float]:
    """The most memory the command held, in MB, and the seconds it took."""
    config = folder / "config.toml"
    config.write_text(f'[storage]\nurl = "sqlite:///{folder}/lists.db"\n[lists]\nfolder = "{folder}/tables"\n')
    began = time.perf_counter()
    words = [sys.executable, "-m", "bot", "lists", "import", "--config", str(config), str(file)]
    child = os.posix_spawn(sys.executable, words, os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"The import of {file.name} failed.")
    return used.ru_maxrss / 1024, time.perf_counter() - began


def microseconds(path: Path) -> float:
    """One look-up of a host of three labels among them, hits and misses alike, in processor time."""
    dice = random.Random(1)
    hosts = [f"www.a{dice.randrange(2 * MILLION)}.example{dice.randrange(977)}.com" for _ in range(50_000)]
    with DomainTable(path) as table:
        began = time.process_time()
        for host in hosts:
            table(host)
        return (time.process_time() - began) / len(hosts) * 1e6


def main() -> None:
    """Print the figures as a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one, many = folder / "one.txt", folder / "million.txt"
        one.write_text("bad.example1.com\n")
        with many.open("w") as file:
            file.writelines(f"a{n}.example{n % 977}.com\n" for n in range(MILLION))
        base, _ = peak(folder, one)
        most, took = peak(folder, many)
        print(f"a million domains imported, MB above one    {most - base:8.1f}  (goal 64)")
        print(f"seconds for it                              {took:8.1f}")
        print(f"look-up among them, microseconds            {microseconds(folder / 'tables' / 'million.table'):8.1f}")


if __name__ == "__main__":
    main()
