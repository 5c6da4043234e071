"""The domains of imported lists, looked up where they lie, and picked up anew while the bot runs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from checks.table import BrokenTable, DomainTable

log = structlog.get_logger()

SUFFIX = ".table"
LOOK_AGAIN = 30.0
"""Seconds after which a running bot looks whether a list was changed."""
Sign = tuple[int, int, int]
"""What a file is known by: inode, time of change, size."""


@dataclass
class Tables:
    """
    The domains of every imported list, as `checks.Known.table` wants them: the name of the list that has a host.

    Tables lie in one folder, a file each, and are mapped into memory, so that processes share them. The folder is
    looked at again after `LOOK_AGAIN` seconds; a table that cannot be read is passed over, and the one before it kept.
    """

    folder: Path
    clock: Callable[[], float] = time.monotonic
    _looked: float = field(default=float("-inf"), repr=False)
    _open: dict[str, tuple[Sign, DomainTable]] = field(default_factory=dict, repr=False)
    _bad: dict[str, Sign] = field(default_factory=dict, repr=False)

    def __call__(self, host: str) -> str:
        """The name of a list that has this host or a domain above it; "" when none has."""
        if self.clock() - self._looked >= LOOK_AGAIN:
            self.look()
        for _, table in self._open.values():
            if source := table(host):
                return source
        return ""

    def look(self) -> None:
        """Open what is new in the folder, and let go of what is there no more."""
        self._looked = self.clock()
        found: dict[str, tuple[Sign, DomainTable]] = {}
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            now = self._opened(path) or self._open.get(path.name)
            if now:
                found[path.name] = now
        # Nobody closes an old table: a lookup may be using it. It goes when the last one is over.
        self._open = found

    def _opened(self, path: Path) -> tuple[Sign, DomainTable] | None:
        """The table at this place, opened anew if it was changed; None when it cannot be read."""
        kept = self._open.get(path.name)
        try:
            stat = path.stat()
            sign = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if kept and kept[0] == sign:
                return kept
            if self._bad.get(path.name) == sign:
                return None
            self._bad[path.name] = sign
            table = DomainTable(path)
        except (OSError, BrokenTable) as error:
            log.warning("list not read", file=path.name, why=str(error)[:200])
            return None
        del self._bad[path.name]
        return sign, table
