"""The weekly question to volunteers, whether there is nothing to report, and who has not answered it."""

from dataclasses import dataclass
from datetime import datetime

from domain.alert import Audience, Campaign
from domain.contact import Role
from domain.duty import LOCAL
from domain.ids import derived

RULE = "weekly:sun 18:00"
LONG = 3
"""Weeks without an answer from anybody after which a village is named."""
NAME = "คำถามประจำสัปดาห์ถึงอาสา"


@dataclass(frozen=True, slots=True)
class Silence:
    """A volunteer who was asked, and for how many weeks on end they have not answered: 0 for who did the last time."""

    id: str
    name: str
    area: str
    weeks: int


def zero_id(area: str) -> str:
    """One question for one area."""
    return derived("zero report", area)


def is_zero(campaign: Campaign) -> bool:
    """Whether a campaign is the weekly question, and not news or lessons."""
    return campaign.id == zero_id(campaign.audience.area)


def zero_campaign(area: str, by: str, due: datetime | None) -> Campaign:
    """The weekly question to the volunteers of an area; with a next time it is on."""
    audience = Audience(area=area, role=Role.VOLUNTEER)
    words = {"th": NAME}
    return Campaign(zero_id(area), NAME, audience, RULE, words, on=due is not None, due=due, by=by)


def week_of(asked: datetime) -> str:
    """The day of asking in Thailand, by which a week's question and its answers are known: "2026-11-22"."""
    return f"{asked.astimezone(LOCAL):%Y-%m-%d}"
