"""`make bench`: every claim about speed, measured here and now. Name some to run only those."""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import starting, waiting, webhook
from tests.postgres import start_postgres


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database on a PostgreSQL that keeps its promises (fsync on)."""
    server = start_postgres(Path(tempfile.mkdtemp(prefix="rimkhong-bench-")), durable=True)
    if isinstance(server, str):
        raise SystemExit(server)
    try:
        yield server.fresh()
    finally:
        server.stop()


def turns() -> None:
    limit = webhook.bare(18080)
    print(f"bare endpoint            {limit:8.0f} requests/s  1.00")
    webhook.show("sqlite", limit, "sqlite", goal=0.20)
    with postgresql() as url:
        webhook.show("postgresql", limit, url, goal=0.10)


def latency() -> None:
    with postgresql() as url:
        waiting.main(("sqlite", url))


def fanout() -> None:
    from benchmarks import fanout as program  # noqa: PLC0415 - it loads a good deal

    program.main()


def checks() -> None:
    from benchmarks import checks_lists, checks_quality, checks_speed  # noqa: PLC0415

    checks_quality.main()
    checks_speed.main()
    checks_lists.main()


def cost() -> None:
    from benchmarks import cost as program  # noqa: PLC0415 - as above

    program.main()


def crowd() -> None:
    from benchmarks import crowd as program  # noqa: PLC0415 - as above

    if CHOSEN.postgresql:
        with postgresql() as url:
            program.main(CHOSEN.people, CHOSEN.speed, url)
    else:
        program.main(CHOSEN.people, CHOSEN.speed)


def chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(ALL)} [default: all]")
    told = parser.add_argument_group("crowd", "To 100,000 it takes 28 minutes at speed 1, as with the real platforms.")
    told.add_argument("--people", type=int, default=2_000, help="how many the alert goes to [default: 2,000]")
    told.add_argument("--speed", type=float, default=1.0, help="times the platforms' limits, and our pace [default: 1]")
    told.add_argument("--postgresql", action="store_true", help="on PostgreSQL, not on SQLite")
    found = parser.parse_args()
    if strangers := set(found.names) - set(ALL):
        parser.error(f"there is no {', '.join(sorted(strangers))}")
    return found


ALL: dict[str, Callable[[], None]] = {
    "start": starting.main,
    "turns": turns,
    "latency": latency,
    "fanout": fanout,
    "crowd": crowd,
    "cost": cost,
    "checks": checks,
}


def main() -> None:
    print(f"{os.cpu_count()} processors; medians of several rounds; ratios within this run\n")
    for name in CHOSEN.names or ALL:
        print(f"— {name}")
        ALL[name]()
        print()


CHOSEN = chosen()
main()
