"""Everything that could keep the bot from working, looked at in turn, with the remedy."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.app import App
from bot.config import Config
from bot.covering import uncovered
from bot.line import Line
from bot.line_menu import set_menu
from bot.receiving import Unanswered
from bot.telegram import Telegram
from bot.words import catalogues
from domain.contact import Role
from domain.plan import Figure
from handlers.commands import COMMANDS, UNSAID
from storage.forecast import forecast
from storage.key_state import state
from storage.keys import KeyTrouble, Unopened
from storage.migrate import migrate
from storage.outbox import waiting
from storage.store import Away
from texts import facts

OLD = 180
"""Days after which a hotline or bank number wants to be called again by a person."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: fine, worth knowing, or bad."""

    what: str
    level: str = "ok"

    @property
    def bad(self) -> bool:
        return self.level == "bad"

    def __str__(self) -> str:
        return {"ok": "✓ ", "note": "· ", "bad": "✗ "}[self.level] + self.what


async def examine(config: Config, *, fix: bool) -> list[Finding]:
    """All findings, in the order to mend them. With `fix`, menus and webhooks are set up."""
    app = App(config)
    try:
        found = await _database(app)
        if not any(line.bad for line in found):
            found += await _key(app)
            found += await _staff(app)
        found += _words(app)
        found += _operator(config)
        for channel in app.channels.values():
            found += await _channel(app, channel, fix=fix)
        return found + await _left_behind(app)
    finally:
        await app.close()


async def _database(app: App) -> list[Finding]:
    try:
        before, now = await migrate(app.store)
    except Away as error:
        return [Finding(f"database: cannot be reached or written ({error}); see storage.url", "bad")]
    version = Finding(f"database: version {now}" + ("" if before == now else " (migrated just now)"))
    return [version, *_readable(app)]


def _readable(app: App) -> list[Finding]:
    """Whether others on this machine can read the database: we make it private, but a copy put back may not be."""
    file = Path(app.store.url.database or "") if app.store.sqlite else None
    if file is None or not file.stat().st_mode & 0o077:
        return []
    return [Finding(f"database: others on this machine can read {file}; run: chmod 600 {file}*", "bad")]


async def _key(app: App) -> list[Finding]:
    """The sealing key: there, private, the right one, and with a copy elsewhere."""
    try:
        await app.unlock()
    except (KeyTrouble, Unopened) as error:
        return [Finding(f"sealing: {error}", "bad")]
    known = await app.store.read(state)
    if known is None or known.noted_at is None:
        remedy = "put one where neither the database nor its backups are, then: rimkhong keys noted"
        return [Finding(f"sealing: no copy of the key {known.id if known else ''} is noted; {remedy}", "note")]
    return [Finding(f"sealing: key {known.id}, {known.reports} reports, a copy noted on {known.noted_at:%Y-%m-%d}")]


async def _staff(app: App) -> list[Finding]:
    """Whether somebody coordinates every area we serve; what is reported of others goes to the nearest."""
    areas = await uncovered(app.store, app.config.areas.served)
    return [
        Finding(f"staff: no coordinator serves {area or 'here'}; docs/running.md says how to make one", "note")
        for area in areas
    ]


def _words(app: App) -> list[Finding]:
    waiting = [one.language for one in catalogues().values() if one.needs_review]
    found = [Finding(f"words: {', '.join(waiting)} not yet signed by a native speaker", "note")] if waiting else []
    old = facts.stale(app.clock().date(), OLD)
    if old:
        oldest = min(one.verified_on for one in old)
        found.append(Finding(f"facts: {len(old)} numbers not verified for {OLD} days (oldest {oldest})", "note"))
    return found


def _operator(config: Config) -> list[Finding]:
    if "name" not in config.operator.model_fields_set:
        return [Finding("operator.name is not set: people are not told who runs this", "note")]
    return []


async def _channel(app: App, channel: Any, *, fix: bool) -> list[Finding]:
    try:
        match channel:
            case Line():
                return await _line(app, channel, fix=fix)
            case Telegram():
                return await _telegram(app, channel, fix=fix)
    except Unanswered as error:
        return [Finding(f"{channel.name}: {error}", "bad")]
    return [Finding("playground: on")]


async def _line(app: App, line: Line, *, fix: bool) -> list[Finding]:
    told = await line.bot_info()
    found = [Finding(f"line: {told.get('displayName', '')} {told.get('basicId', '')}")]
    limit, used = await line.quota()
    left = "no limit" if limit is None else f"{max(0, limit - used)} of {limit} left this month"
    found.append(Finding(f"line quota: {left}", "note" if limit is not None and used >= 0.8 * limit else "ok"))
    found.append(await _month(app, limit, used))
    url = app.config.web.public_url
    if not url.startswith("https://"):
        is_what = "does not begin with https://" if url else "is not set"
        found.append(Finding(f"web.public_url {is_what}: LINE cannot call us, and pictures cannot be sent", "bad"))
    elif fix:
        endpoint = {"endpoint": f"{url.rstrip('/')}/webhooks/line"}
        await line.ask("PUT", "/v2/bot/channel/webhook/endpoint", endpoint)
        found.append(Finding(f"line webhook: set to {endpoint['endpoint']}"))
    return found + [Finding(f"line: {line_}") for line_ in await set_menu(line, fix=fix)]


async def _month(app: App, limit: int | None, used: int) -> Finding:
    """What the month will likely come to."""
    now = app.clock()
    try:
        known = await app.store.read(lambda c: forecast(c, now))
    except Away:
        return Finding("line forecast: not known while the database is away", "note")
    month = replace(known, line=Figure(limit, used, now))
    said = f"about {month.total} by the end of the month ({month.waits} wait, {month.rides} of them free)"
    over = month.over(app.sending.line_monthly_reserve)
    return Finding(f"line forecast: {said}", "note" if over else "ok")


async def _telegram(app: App, telegram: Telegram, *, fix: bool) -> list[Finding]:
    told = await telegram.bot_info()
    found = [Finding(f"telegram: @{told.get('username', '')}")]
    webhook = app.config.telegram.mode == "webhook"
    url = f"{app.config.web.public_url.rstrip('/')}/webhooks/telegram" if webhook else ""
    done = await telegram.setup(
        menu(), about=_said("welcome.not"), short=_said("welcome.never"), webhook_url=url, fix=fix
    )
    return found + [Finding(f"telegram: {line}") for line in done]


async def _left_behind(app: App) -> list[Finding]:
    """What waits for a channel that is configured no more."""
    try:
        waits = await app.store.read(waiting)
    except Away:
        return []
    many: Counter[str] = Counter()
    for row in waits:
        many[row.channel] += 0 if row.channel in app.channels else row.many
    remedy = "is not configured; until it is again, its people are told nothing, and counted still"
    return [
        Finding(f"{name}: {count} messages wait for it, and it {remedy}", "note") for name, count in (+many).items()
    ]


def menu() -> list[tuple[str, dict[str, str]]]:
    """Telegram's command menu: what residents can do, in each language."""
    names = [name for name, one in COMMANDS.items() if one.role == Role.RESIDENT and name not in UNSAID]
    return [(name, {code: words[f"help.{name}"] for code, words in catalogues().items()}) for name in names]


def _said(key: str) -> dict[str, str]:
    return {code: words[key] for code, words in catalogues().items()}
