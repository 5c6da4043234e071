"""Alerts that are told again and again: whatever is due becomes an alert, once, whoever looks and however late."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from domain.alert import Alert, Audience, Campaign
from domain.ids import derived
from domain.message import Outgoing
from domain.zero import is_zero, week_of
from storage.alerts import raise_alert
from storage.campaigns import due_campaigns, move_campaign
from storage.store import Store
from storage.zeros import ask
from texts.facts import LANGUAGES
from texts.lesson import Lesson, lessons
from texts.recurrence import following

log = structlog.get_logger(__name__)

STALE = timedelta(days=7)
"""How long what was told can still be worth sending, if it is not told again before that."""

DEFAULT_CAMPAIGN = Campaign(
    id=derived("campaign", "weekly lesson"),
    name="บทเรียนประจำสัปดาห์",
    audience=Audience(topic="lessons"),
    rule="weekly:mon 18:00",
    lessons=True,
    patience=timedelta(days=5),
)
"""Ships with every deployment, switched off: when to teach whom is for people to decide."""

Dress = Callable[[Campaign, Mapping[str, str]], Mapping[str, Outgoing]]
"""Puts a campaign's words on each language's message, with whatever belongs under them (a button to opt out)."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What a look at the campaigns came to: alerts raised, and campaigns that had nothing to say."""

    alerts: tuple[str, ...] = ()
    wordless: tuple[str, ...] = ()


def plainly(campaign: Campaign, words: Mapping[str, str]) -> Mapping[str, Outgoing]:
    """One bubble in each language, and nothing under it."""
    return {language: Outgoing((text,)) for language, text in words.items()}


async def fire_due(store: Store, now: datetime, dress: Dress = plainly) -> Fired:
    """
    Raise the alert of every campaign that is due by now; what was missed meanwhile is told once, not five times.

    The alert and the campaign's next time are written in one transaction, and the alert's id comes from the campaign
    and the time it was due: five workers looking at once raise one alert.
    """
    fired = await store.write(lambda c: fire(c, now, lessons(), dress), bulk=True)
    for campaign in fired.wordless:
        log.warning("campaign has no words", campaign=campaign)
    return fired


def fire(connection: Connection, now: datetime, course: Sequence[Lesson], dress: Dress = plainly) -> Fired:
    """What `fire_due` does, within a transaction. A campaign just switched on is wound up for its first time."""
    raised: list[str] = []
    wordless: list[str] = []
    for campaign in due_campaigns(connection, now):
        coming = _coming(campaign, now)
        if campaign.due is None:
            move_campaign(connection, campaign.id, coming, campaign.told)
            continue
        words = words_of(campaign, course)
        if words:
            alert = _alert(campaign, campaign.due, coming, now)
            if raise_alert(connection, alert, dress(campaign, words), now, campaign=campaign.id):
                raised.append(alert.id)
                if is_zero(campaign):
                    ask(connection, campaign.audience, week_of(campaign.due), now)
        else:
            wordless.append(campaign.id)
        move_campaign(connection, campaign.id, coming, campaign.told + bool(words))
    return Fired(tuple(raised), tuple(wordless))


def words_of(campaign: Campaign, course: Sequence[Lesson]) -> dict[str, str]:
    """What a campaign says this time, by language: its own words, or the lesson whose turn it is, round and round."""
    if not campaign.lessons:
        return {language: words for language, words in campaign.words.items() if words.strip()}
    if not course:
        return {}
    lesson = course[campaign.told % len(course)]
    said = {each: (getattr(lesson.title, each), getattr(lesson.text, each)) for each in LANGUAGES}
    return {each: f"{title}\n\n{text}" if title else text for each, (title, text) in said.items() if text}


def _coming(campaign: Campaign, now: datetime) -> datetime | None:
    """The next time, counted from now and not from when it was due, so that nothing missed is caught up with."""
    try:
        return following(campaign.rule, now)
    except ValueError:
        log.exception("campaign has a rule that cannot be read; it is off", campaign=campaign.id)
        return None


def _alert(campaign: Campaign, due: datetime, coming: datetime | None, now: datetime) -> Alert:
    expires = min(coming, now + STALE) if coming is not None else now + STALE
    waits = campaign.waits(expires - now)
    deadline = now + waits if waits else None
    id = derived(campaign.id, due.isoformat())
    return Alert(
        id, campaign.audience, lane=campaign.lane, severity="Minor", expires=expires, deadline=deadline, by=campaign.by
    )
