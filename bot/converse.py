"""Answer one event: remember it, lock and load, decide, save. Nothing leaves the building until that is committed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

import structlog
from sqlalchemy import Connection

from bot.receiving import Unreadable
from bot.riding import with_ride
from checks import Known, find, judge
from domain.alert import BILLED
from domain.conversation import Operator, Scene, Turn
from domain.delivery import LEASE, REPLY_LEASE, Delivery
from domain.effect import Approve, AskOpening, Decide, FetchMedia, SettleOpening, Speak, Tell, TellKeeper, TellReporter
from domain.effect_alert import AnswerCall, AskSecond, EndDispatch, Raise, Rehearse, SendOut
from domain.ids import derived
from domain.limits import Limits
from domain.message import Incoming, Media, Outgoing, Say, Text
from domain.plan import Rules
from domain.verdict import Verdict
from handlers import respond
from handlers.commands import allowed
from handlers.riding import fit_for
from storage import effects as making
from storage.looking import look_up
from storage.outbox import queue, veil
from storage.people import change, first_time, meet, remember, save_conversation
from storage.receipts import Proof
from storage.standing import standings
from texts import Catalogues, render, understand
from texts.writing import script

log = structlog.get_logger()

LATIN = "en"
REPLY_AT_LAST = timedelta(minutes=19)
"""LINE takes no token 20 minutes after the event, however late it was delivered (reference, "Send reply message")."""
LOOKS = 3
"""How often one turn may look something up; a turn that wants more has lost its way."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What every turn is decided with: the words, who runs this, and how an invitation is passed on."""

    catalogues: Catalogues
    operator: Operator
    invite_links: making.InviteLinks
    known: Known = field(default_factory=Known)
    language: str = "th"
    file_link: making.FileLink = making.no_link
    door: making.Door = making.no_door
    rules: Rules = field(default_factory=Rules)
    limits: Limits = field(default_factory=Limits)
    receipts: making.Receipts = making.no_receipts

    def words(self, says: tuple[Say, ...], language: str, facts: making.Facts, now: datetime) -> Outgoing:
        return render(says, self.catalogues.get(language, self.catalogues[self.language]), now, facts)

    def tools(self, now: datetime) -> making.Tools:
        """What effects need from outside."""

        def words(says: tuple[Say, ...], language: str, facts: Mapping[str, str | int]) -> Outgoing:
            return self.words(says, language, dict(facts), now)

        return making.Tools(words, tuple(self.catalogues), self.invite_links, self.file_link, self.door, self.receipts)


@dataclass(frozen=True, slots=True)
class Done:
    """
    What a turn leaves to be done once it is committed: the reply to send, and whether others were told something.

    `reply` is None when there is nothing to say, or the event is an old one.
    """

    reply: Delivery | None = None
    told: bool = False


TELLING = (
    Tell,
    TellKeeper,
    TellReporter,
    Raise,
    Rehearse,
    AskSecond,
    FetchMedia,
    Approve,
    Decide,
    SendOut,
    AnswerCall,
    EndDispatch,
    AskOpening,
    SettleOpening,
)
"""Effects that leave something for a worker to do at once."""


def turn(
    connection: Connection, incoming: Incoming, setting: Setting, now: datetime, proof: Proof | None = None
) -> Done:
    """
    Decide on one event, in one transaction. Raises Unproved for a receipt, whose `proof` is worked out elsewhere.

    The reply is in the outbox too, leased to whoever called, should they die before sending it.
    """
    if not first_time(connection, incoming):
        return Done()
    scene = load(connection, incoming, setting, now)
    catalogues = [setting.catalogues[scene.language], *setting.catalogues.values()]
    meant = understand(incoming, scene.conversation.offered, catalogues, allowed(scene.contact.role))
    decided = respond(scene, meant)
    for _ in range(LOOKS):
        if decided.query is None or decided.then is None:
            break
        decided = decided.then(look_up(connection, decided.query, now, proof))
    facts = carry_out(connection, decided, scene, incoming, setting)
    reply = answer(connection, decided, scene, incoming, setting, facts)
    return Done(reply, any(isinstance(effect, TELLING) for effect in decided.effects))


def load(connection: Connection, incoming: Incoming, setting: Setting, now: datetime) -> Scene:
    """Lock who is speaking, then load all that may be looked at."""
    contact, conversation, last = meet(connection, incoming, spoken_by(incoming, setting))
    written = script(incoming.content.text) if isinstance(incoming.content, Text) else ""
    if written in ("lo", "km") and contact.language == setting.language and not conversation.flow:
        # Someone whose phone told us nothing, and who now writes: answer in the letters they write.
        contact = replace(contact, language=written)
        change(connection, contact.id, language=written)

    @lru_cache(maxsize=8)  # one turn asks about the same few texts again and again
    def look(text: str) -> Verdict:
        known = replace(setting.known, standings=standings(connection, find(text), now))
        return judge(text, known)

    return Scene(contact, conversation, now, setting.operator, look, last, setting.rules, setting.limits)


def spoken_by(incoming: Incoming, setting: Setting) -> str:
    """
    The language of somebody new: what their letters show, what their phone says, or the house's.

    Thai, Lao and Khmer letters show it; Latin ones only where the phone says nothing, for everybody writes "ok", and
    the START that Telegram writes for people shows nothing at all.
    """
    text = ""
    match incoming.content:
        case Text(said) | Media(caption=said) if not said.startswith("/"):
            text = said
    written = script(text)
    phone = incoming.language.split("-")[0].lower()
    for language in (written if written != LATIN else "", phone, written):
        if language in setting.catalogues:
            return language
    return setting.language


def carry_out(
    connection: Connection, decided: Turn, scene: Scene, incoming: Incoming, setting: Setting
) -> making.Facts:
    return making.apply(connection, decided.effects, scene, incoming, setting.tools(scene.now))


def answer(
    connection: Connection, decided: Turn, scene: Scene, incoming: Incoming, setting: Setting, facts: making.Facts
) -> Delivery | None:
    """Put the reply into words, save where we stand, and queue the reply."""
    chosen = (effect.language for effect in decided.effects if isinstance(effect, Speak))
    reply = setting.words(decided.reply, next(chosen, scene.language), facts, scene.now) if decided.reply else None
    rides = ""
    # Nothing rides on a veiled reply: its row would say what went along, and so to whom.
    if reply and scene.contact.waits and not decided.veiled and fit_for(scene, incoming, decided):
        reply, rides = with_ride(connection, reply, scene)
    kept = replace(decided.conversation, offered=reply.buttons if reply else decided.conversation.offered)
    save_conversation(connection, scene.contact.id, kept, scene.now)
    if reply is None:
        return None
    return leased(connection, incoming, reply, scene.contact.id, scene.now, rides, veiled=decided.veiled)


def leased(
    connection: Connection,
    incoming: Incoming,
    reply: Outgoing,
    contact: str,
    now: datetime,
    rides: str = "",
    *,
    veiled: bool = False,
) -> Delivery:
    """Queue a reply that whoever called sends at once; a worker sends it when their lease has run out."""
    id = derived(incoming.id, "reply")
    # The token of an event that comes very late is tried like any, but when it is refused that proves nothing.
    since = now if now - incoming.at < REPLY_AT_LAST else incoming.at
    delivery = Delivery(
        id,
        incoming.sender,
        reply,
        now + (REPLY_LEASE if incoming.reply_token and incoming.sender.channel in BILLED else LEASE),
        tries=1,
        reply_token=incoming.reply_token,
        retry_key=derived(id),
        created=since,
        rides=rides,
    )
    if veiled:
        delivery = veil(connection, delivery)
    queue(connection, [delivery], now, contact=contact)
    return delivery


def sorry(connection: Connection, incoming: Incoming, setting: Setting, why: str, now: datetime) -> Delivery | None:
    """Something of ours broke: the event is kept by its id, and the person hears of it rather than of nothing."""
    if not remember(connection, incoming.sender.channel, incoming.event, incoming.at, why=why):
        return None
    contact, _, _ = meet(connection, incoming, spoken_by(incoming, setting))
    reply = setting.words((Say("trouble"),), contact.language, {}, now)
    return None if incoming.group else leased(connection, incoming, reply, contact.id, now)


def keep_raw(connection: Connection, channel: str, event: Unreadable, now: datetime) -> bool:
    """An event we could not read is kept as it came."""
    new = remember(connection, channel, event.event, now, event.raw, event.why)
    if new:
        log.warning("unreadable", channel=channel, event_id=event.event, why=event.why[:80])
    return new
