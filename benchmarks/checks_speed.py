"""How fast the checks are on one core, and that the cost of a text has a bound: `python -m benchmarks.checks_speed`."""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.checks_quality import cases
from checks import find, judge, judge_link
from checks.table import DomainTable, build

_DATA = Path(__file__).parent / "data"


def _rate(run: Callable[[str], object], texts: Sequence[str], rounds: int = 5) -> float:
    """Verdicts a second of processor time, the best of some rounds (other work on the machine only ever slows)."""
    for text in texts:
        run(text)
    best = 0.0
    for _ in range(rounds):
        began = time.process_time()
        for text in texts:
            run(text)
        best = max(best, len(texts) / (time.process_time() - began))
    return best


def _links() -> list[str]:
    lines = [*(_DATA / "links_bad.txt").read_text().split("\n"), *(_DATA / "links_good.txt").read_text().split("\n")]
    dice = random.Random(3)
    kept = [line for line in lines if line and not line.startswith("#")]
    # Fresh tails, so that nothing is answered from a cache of whole links.
    return [f"{dice.choice(kept).rstrip('/')}/{dice.randrange(10**6)}" for _ in range(3000)] + kept


def _growth(run: Callable[[str], object]) -> float:
    """How the cost grows from a text to one four times as long; 4.0 is linear. Beyond the cut it grows no more."""
    piece = "โทร0812345678 ด่วน https://kbank-verify.top/a โอนก่อน รับเงินทันที "
    times = []
    for size in (4_000, 16_000):
        text = (piece * (size // len(piece) + 1))[:size]
        began = time.process_time()
        for _ in range(20):
            run(text)
        times.append(time.process_time() - began)
    return times[1] / times[0]


def main() -> None:
    """Print the figures as a table."""
    texts = [case.text for case in cases()]
    rows = [
        ("link verdicts a second", _rate(judge_link, _links()), ">= 20000"),
        ("message verdicts a second", _rate(judge, texts), ">= 3000"),
        ("texts searched a second", _rate(find, texts), ""),
        ("cost of a text 4 times as long", _growth(judge), "<= 4"),
    ]
    print(f"{'what':36} {'figure':>10}  goal")
    for what, figure, goal in rows:
        print(f"{what:36} {figure:10.1f}  {goal}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "domains"
        began = time.process_time()
        build(((f"bad{n}.example{n % 977}.com", "list") for n in range(1_000_000)), path)
        built = time.process_time() - began
        with DomainTable(path) as table:
            rate = _rate(table, [f"bad{n * 37}.example{n * 37 % 977}.com" for n in range(20_000)], rounds=2)
    print(f"{'a million domains built, seconds':36} {built:10.1f}")
    print(f"{'look-up among them, microseconds':36} {1e6 / rate:10.1f}")


if __name__ == "__main__":
    main()
