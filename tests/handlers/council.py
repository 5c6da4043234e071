"""Two residents and three coordinators of a district, where many people need a second word."""

from dataclasses import replace
from pathlib import Path

from domain.contact import Role
from storage.store import Store
from tests.conversations.stage import Stage
from tests.databases import sqlite_at
from tests.keys import KEYS


async def council(file: Path, above: int) -> Stage:
    """They are there: auntie and uncle, and author, second and third. Approval above so many people."""
    stage = Stage(Store(sqlite_at(file), keys=KEYS))
    stage.setting = replace(stage.setting, rules=replace(stage.setting.rules, approval_above=above))
    for who in ("auntie", "uncle"):
        await stage.known(who, area="420301", agreed=True)
    for who in ("author", "second", "third"):
        await stage.known(who, Role.COORDINATOR, "4203", agreed=True)
    return stage
