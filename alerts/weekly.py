"""The weekly question to volunteers as it is sent: its words in every language, with the buttons that answer it."""

from collections.abc import Callable, Mapping

from alerts.campaigns import Dress, plainly
from domain.alert import Campaign
from domain.message import Outgoing, Say
from domain.zero import is_zero, week_of
from handlers.zero import question
from texts.catalogue import LANGUAGES

Speak = Callable[[Say, str], Outgoing]
"""Puts something into a language."""


def dress(speak: Speak) -> Dress:
    """What puts words on campaigns: the question for the weekly one, for the others their own."""

    def put(campaign: Campaign, words: Mapping[str, str]) -> Mapping[str, Outgoing]:
        if not is_zero(campaign) or campaign.due is None:
            return plainly(campaign, words)
        asked = question(week_of(campaign.due))
        return {language: speak(asked, language) for language in LANGUAGES}

    return put
