"""`rimkhong campaigns`: the awareness schedule from the command line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import click
from sqlalchemy import Connection

from bot.app import App
from bot.cli import MISUSE, fail, me, together, with_config
from bot.config import Config
from bot.words import catalogues
from checks.outgoing import revealing
from domain.alert import Audience, Campaign, Lane
from domain.contact import ROLES
from domain.ids import derived
from storage import audit
from storage.campaigns import find_campaigns, keep_campaign
from storage.migrate import migrate
from texts.places import place
from texts.recurrence import Unreadable, following, read_rule
from texts.times import show_time

LANES = ("routine", "lazy")
LANE = "On LINE, routine is pushed in the end; lazy only ever goes along with an answer, which is free."
WHYS = {
    "unknown": "no recurrence can be read in it",
    "time": "it says no time of day",
    "date": "there is no such day",
    "past": "that is over",
    "never": "that never comes",
    "often": "that is more than once an hour",
}
EXAMPLE = '"every monday 07:00", "once 2026-12-01 07:00" or "cron 0 7 * * mon"'
PATIENCE = "Hours that routine waits on LINE for a free answer to go along with, before it is pushed."


@click.group()
def campaigns() -> None:
    """What is told again and again: lessons and other awareness messages."""


@campaigns.command("list")
@with_config
def list_(config: Config) -> None:
    """Every campaign, whether it is on, and when it is told next."""
    for one in together(config, _all(config)):
        due = show_time(one.due, "en", datetime.now(UTC)) if one.on and one.due else "off"
        where = one.audience.area or "everywhere"
        waits = f"{one.lane} {one.patience.total_seconds() / 3600:.0f}h" if one.patience else one.lane
        click.echo(f"{one.id[:8]}  {due:22}  {one.rule:20}  {where:10}  {waits:12}  {one.name}")


@campaigns.command()
@with_config
@click.argument("words")
@click.option(
    "--when", required=True, help='"every monday 07:00", "ทุกวัน 18:00", "once 2026-12-01 07:00", "cron 0 7 * * mon".'
)
@click.option("--area", default="", help="DOPA code; none is everywhere.")
@click.option("--role", type=click.Choice(list(ROLES)), help="Only people of this role.")
@click.option("--channel", type=click.Choice(["line", "telegram"]), help="Only people on this channel.")
@click.option("--language", type=click.Choice(["th", "en", "lo", "km"]), help="Only people of this language.")
@click.option("--lane", type=click.Choice(LANES), default="routine", show_default=True, help=LANE)
@click.option("--patience", type=click.IntRange(0, 168), default=0, show_default=True, help=PATIENCE)
@click.option("--asked-for", is_flag=True, help="Whoever is named in WORDS asked for it.")
def add(
    config: Config,
    words: str,
    when: str,
    area: str,
    role: str | None,
    channel: str | None,
    language: str | None,
    lane: Lane,
    patience: int,
    asked_for: bool,
) -> None:
    """Tell WORDS on a recurrence, from now on."""
    now = datetime.now(UTC)
    if not words.strip():
        fail("WORDS are empty: what should be told?", MISUSE)
    _refuse(words, config.operator.contact, asked_for)
    rule = read_rule(when, now)
    if isinstance(rule, Unreadable):
        fail(f"--when {when!r} cannot be used: {WHYS[rule.why]}. For example: {EXAMPLE}", MISUSE)
        return
    if area and place(area) is None:
        fail(f"{area!r} is no DOPA code we know: 2 digits a province (42), 4 a district (4203), 6 a tambon.", MISUSE)
    audience = Audience(area, ROLES[role] if role else None, channel or "", language or "", topic="lessons")
    first = following(rule, now)
    said = dict.fromkeys(("th", "en", "lo", "km"), words)
    id, waits = derived("cli", words, rule, now.isoformat()), timedelta(hours=patience)
    campaign = Campaign(id, words[:40], audience, rule, said, on=True, due=first, lane=lane, patience=waits)
    together(config, _keep(config, campaign, now))
    click.echo(f"{campaign.id[:8]} is told first {show_time(campaign.due, 'en', now) if campaign.due else 'never'}.")


def _refuse(words: str, own: str, asked_for: bool) -> None:
    """What must not leave in a chat does not leave from here either."""
    found = revealing(words, own)
    if found and (found[0].firm or not asked_for):
        key = f"guard.{found[0].why}"
        said = catalogues()["en"][key].format(what=found[0].what).replace("press below", "add --asked-for")
        fail(said.replace("\n", ". "), MISUSE)


@campaigns.command()
@with_config
@click.argument("id")
@click.argument("lane", type=click.Choice(LANES))
@click.option("--patience", type=click.IntRange(0, 168), default=0, show_default=True, help=PATIENCE)
def lane(config: Config, id: str, lane: Lane, patience: int) -> None:
    """Say how one leaves, by the beginning of its id."""
    one = replace(_one(config, id), lane=lane, patience=timedelta(hours=patience))
    together(config, _keep(config, one, datetime.now(UTC)))
    click.echo(f"{one.name}: {lane}, waits {patience} hours for a free answer")


@campaigns.command()
@with_config
@click.argument("id")
def on(config: Config, id: str) -> None:
    """Turn one on, by the beginning of its id."""
    _switch(config, id, on=True)


@campaigns.command()
@with_config
@click.argument("id")
def off(config: Config, id: str) -> None:
    """Turn one off, by the beginning of its id."""
    _switch(config, id, on=False)


def _switch(config: Config, id: str, *, on: bool) -> None:
    now, one = datetime.now(UTC), _one(config, id)
    due = following(one.rule, now) if on else None
    together(config, _keep(config, replace(one, on=on, due=due), now))
    state = f"on, next {show_time(due, 'en', now)}" if due else "off"
    click.echo(f"{one.name}: {state}")


def _one(config: Config, id: str) -> Campaign:
    found: list[Campaign] = [one for one in together(config, _all(config)) if one.id.startswith(id)]
    if len(found) != 1:
        fail(f"{len(found)} campaigns begin with {id!r}; see: rimkhong campaigns list", MISUSE)
    return found[0]


async def _all(config: Config) -> tuple[Campaign, ...]:
    app = App(config)
    try:
        await migrate(app.store)
        await app.worker.settle_in()
        return await app.store.read(find_campaigns)
    finally:
        await app.close()


async def _keep(config: Config, campaign: Campaign, now: datetime) -> None:
    app = App(config)
    try:
        await migrate(app.store)
        await app.store.write(partial(_kept, campaign=campaign, now=now))
    finally:
        await app.close()


def _kept(connection: Connection, campaign: Campaign, now: datetime) -> None:
    keep_campaign(connection, campaign)
    audit.write_down(connection, me(), "schedule", campaign.id, {"on": int(campaign.on)}, now)
