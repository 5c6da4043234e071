"""One thread that writes to SQLite; those who wait share a commit, each in a savepoint of their own."""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")

SHARE = 64
"""How many writes may share one commit: enough to hide the disk, few enough that nobody waits long."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    bulk: bool
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        if self.done.done():
            return  # whoever asked has gone away; the work is done all the same
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)


class Writer:
    """
    Runs functions over one connection, and answers only after their commit is on the disk.

    Those who wait share a commit. What is `bulk`, a page of something long, has one of its own: between two such pages
    all others who wait come first, and after them the next page, so neither holds up the other for long.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.thread: threading.Thread | None = None

    async def run(self, work: Callable[[Connection], T], bulk: bool = False) -> T:
        """What `work` gives, after the commit; what it raises, after its savepoint is rolled back."""
        if self.thread is None:
            self.thread = threading.Thread(target=self._loop, name="sqlite-writer", daemon=True)
            self.thread.start()
        loop = asyncio.get_running_loop()
        job = _Job(work, bulk, loop, loop.create_future())
        self.jobs.put(job)
        result: T = await job.done
        return result

    async def close(self) -> None:
        """Finish what is waiting, then stop."""
        if self.thread is not None:
            self.jobs.put(None)
            await asyncio.to_thread(self.thread.join)
            self.thread = None
        self.engine.dispose()

    def _loop(self) -> None:
        some, pages, open = deque[_Job](), deque[_Job](), True
        while open or some or pages:
            for job in self._come(wait=not (some or pages)):
                if job is None:
                    open = False
                else:
                    (pages if job.bulk else some).append(job)
            if some:
                self._commit([some.popleft() for _ in range(min(len(some), SHARE))])
            if pages:
                self._commit([pages.popleft()])

    def _come(self, wait: bool) -> Iterator[_Job | None]:
        """Who has come; where nobody has and there is nothing else to do, whoever comes next."""
        if wait:
            yield self.jobs.get()
        with suppress(queue.Empty):
            while True:
                yield self.jobs.get_nowait()

    def _commit(self, batch: list[_Job]) -> None:
        try:
            with self.engine.begin() as connection:
                for job in batch:
                    self._one(connection, job)
        except BaseException as error:  # noqa: BLE001 - a commit that failed is the failure of all who shared it
            for job in batch:
                job.error = job.error or error
        _answer(batch)

    def _one(self, connection: Connection, job: _Job) -> None:
        say: Any = connection.connection.dbapi_connection  # straight to the driver: this is done for every write
        say.execute("SAVEPOINT job")
        try:
            job.result = job.work(connection)
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked, and is raised there
            job.error = error
            say.execute("ROLLBACK TO job")
        say.execute("RELEASE job")


def _answer(batch: list[_Job]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        try:
            loop.call_soon_threadsafe(_settle, jobs)
        except RuntimeError:  # the loop has closed: nobody is left to tell
            continue


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()
