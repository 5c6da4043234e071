"""What the operator does from the command line, beside or without a running bot."""

import sys
from datetime import UTC, datetime
from functools import partial

import click
from sqlalchemy import Connection

from bot.app import App
from bot.cli import me
from bot.config import Config
from domain.contact import Role
from domain.message import Param
from domain.query import FindReports, Scope
from handlers.query import Wrong, read_query
from storage import audit
from storage.export import spreadsheet
from storage.invites import make_invite
from storage.migrate import migrate
from storage.search import find_reports

MOST = 100_000
PAGE = 500


async def make_invitation(config: Config, role: Role, area: str, days: int) -> tuple[str, list[str], bytes]:
    """A fresh code, the links it can be passed on by, and a QR picture (PNG)."""
    app = App(config)
    now = datetime.now(UTC)
    try:
        await migrate(app.store)
        await app.learn_names()

        def make(connection: Connection) -> str:
            audit.write_down(connection, me(), "invite", "", {"role": role.word, "area": area}, now)
            return make_invite(connection, role, area, days, "", now)

        code = await app.store.write(make)
        return code, app.inviting.links(code), app.inviting(code)[1]
    finally:
        await app.close()


async def send_what_is_due(config: Config) -> int:
    """Do all that is due, once: how many deliveries were tried."""
    app = App(config)
    try:
        await migrate(app.store)
        await app.unlock()
        while await app.fetching.step():
            pass
        return await app.worker.once()
    finally:
        await app.close()


async def export_reports(config: Config, query: str, now: datetime) -> bytes | str:
    """A CSV file of what a query finds; a sentence with the remedy when the query cannot be read."""
    asked = read_query(query, now, Scope(Role.ADMIN, "", ""))
    if isinstance(asked, Wrong):
        return _said(asked.params)
    app = App(config)
    try:
        await migrate(app.store)
        rows, _ = await app.store.read(lambda c: find_reports(c, FindReports(asked.filter, MOST)))
        ids = [row.id for row in rows]
        parts = []
        pages = range(0, max(len(ids), 1), PAGE)
        with click.progressbar(pages, label="reports", file=sys.stderr) as bar:
            for start in bar:
                page = partial(spreadsheet, ids=ids[start : start + PAGE], first=start == 0)
                parts.append(await app.store.read(page))
        await app.store.write(lambda c: audit.write_down(c, me(), "export", "", {"count": len(ids)}, now))
        return b"".join(parts)
    finally:
        await app.close()


def _said(params: dict[str, Param]) -> str:
    nearest = f" Did you mean {params['nearest']}?" if params.get("nearest") else ""
    return f"The query cannot be read at {params['typed']!r}.{nearest} For example: {params['example']}"
