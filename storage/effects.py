"""Making a turn's effects so, in the transaction that saves the turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from domain.alert import Alert, Lane, heading
from domain.conversation import Scene
from domain.delivery import Delivery
from domain.effect import (
    AddToReport,
    Agree,
    Answered,
    Appeal,
    Approve,
    Asked,
    AskOpening,
    Assign,
    Audit,
    Block,
    Decide,
    Demote,
    DropMedia,
    Duty,
    Effect,
    Erase,
    Export,
    FetchMedia,
    FileReport,
    Live,
    MakeInvite,
    Mute,
    MyData,
    NewReceipt,
    Redeem,
    SetStatus,
    SettleOpening,
    ShowDoor,
    Speak,
    Subscribe,
    Tell,
    TellKeeper,
    TellReporter,
    Unmute,
)
from domain.effect_alert import (
    AskSecond,
    Raise,
    Rehearse,
)
from domain.ids import derived
from domain.message import Area, Incoming, Offer, Outgoing, Say
from domain.plan import Approval
from domain.receipt import grouped
from storage import (
    alerts,
    approvals,
    asked,
    audit,
    erasing,
    indicators,
    invites,
    keeping,
    media,
    notices,
    openings,
    people,
    receipts,
    reports,
    riding,
    rights,
)
from storage.effects_alert import STEERING, steer
from storage.export import spreadsheet
from storage.outbox import queue, veil
from storage.sealing import day

Words = Callable[[tuple[Say, ...], str, Mapping[str, str | int]], Outgoing]
"""Puts `Say`s into a language with the facts known so far: (says, language, facts) → words."""
Facts = dict[str, str | int]
InviteLinks = Callable[[str], tuple[str, bytes]]
"""For an invitation's code, the lines with links to press, and a picture of the QR code (PNG)."""

FileLink = Callable[[str, str, str], str]
"""For a channel, a file's id and ending, the address to send where the channel takes no files; "" where it does."""


Door = Callable[[str], str]
"""For a channel, the address of our private chat there; "" while it is not known."""


def no_link(channel: str, id: str, ending: str) -> str:
    return ""


def no_door(channel: str) -> str:
    return ""


Receipts = Callable[[], receipts.Ready | None]
"""A receipt that lies ready, its hash worked out already; None when there is none for the moment."""


def no_receipts() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Tools:
    """What effects need from outside: words, the languages there are, and how an invitation is passed on."""

    words: Words
    languages: tuple[str, ...]
    invite_links: InviteLinks
    file_link: FileLink = no_link
    door: Door = no_door
    receipts: Receipts = no_receipts


def apply(connection: Connection, effects: tuple[Effect, ...], scene: Scene, incoming: Incoming, tools: Tools) -> Facts:
    """Make each effect so, in order. What became known (a report's number) is given back, for the reply's words."""
    facts: Facts = {}
    # The audit last, whatever the handler's order: its rows hold a lock that everybody who is audited waits for.
    for n, effect in sorted(enumerate(effects), key=lambda each: isinstance(each[1], Audit)):
        facts |= _apply(connection, effect, scene, derived(incoming.id, "effect", str(n)), facts, tools, incoming)
    return facts


def _apply(
    connection: Connection,
    effect: Effect,
    scene: Scene,
    cause: str,
    facts: Facts,
    tools: Tools,
    incoming: Incoming,
) -> Facts:
    me, now = scene.contact.id, scene.now
    match effect:
        case FileReport():
            return _filed(connection, effect, scene, cause, tools, incoming)
        case NewReceipt(report, number):
            return _receipt(connection, report, number, cause, tools, now)
        case AddToReport():
            reports.add_to_report(connection, effect, me, cause, now)
        case SetStatus(report, status):
            reports.set_status(connection, report, status, now)
        case Assign(report, contact):
            reports.assign(connection, report, contact, now)
        case Tell(contact, say):
            tell(connection, contact, say, cause, facts, tools, now)
        case TellReporter(report, say):
            if reporter := reports.reporter_of(connection, report):
                tell(connection, reporter.contact, say, cause, facts, tools, now, veiled=reporter.veiled)
        case TellKeeper(report, Alert(say=Say() as say) as alert):
            if keeper := keeping.keeper(connection, report):
                tell(connection, keeper, say, cause, facts, tools, now)
            else:
                _raise(connection, alert, facts, tools, now)
        case Raise(alert):
            _raise(connection, alert, facts, tools, now)
        case Rehearse(alert):
            words = _spoken(alert, scene.contact.language, facts, tools)
            queue(connection, [Delivery(cause, scene.contact.address, words, now, lane="reply")], now, contact=me)
        case AskSecond(approval, say):
            approvals.keep_approval(connection, approval, now)
            _ask_second(connection, approval, say, cause, tools, now)
        case AskOpening():
            for who in openings.ask(connection, effect, me, now):
                tell(connection, who.id, effect.say, derived(cause, who.id), facts, tools, now)
        case SettleOpening():
            return _opened(connection, effect, me, cause, tools, now)
        case MakeInvite():
            return _invite(connection, effect, me, cause, tools, now)
        case Redeem():
            _redeem(connection, effect, me, now)
        case Approve(contact, yes):
            _approve(connection, contact, yes, cause, tools, now)
        case FetchMedia():
            media.want(connection, effect, me, now)
        case DropMedia(message):
            media.drop_message(connection, incoming.sender.channel, message, me)
        case Decide():
            _decide(connection, effect, scene, cause, tools)
        case _ if isinstance(effect, STEERING):
            steer(connection, effect, me, tools.words, now)
        case _:
            return _handed_over(connection, effect, scene, cause, tools, incoming)
    return {}


def _filed(
    connection: Connection, report: FileReport, scene: Scene, cause: str, tools: Tools, incoming: Incoming
) -> Facts:
    who, channel = scene.contact, incoming.sender.channel
    number = reports.file_report(connection, report, who.id, who.area, channel, scene.now)
    given = _receipt(connection, report.id, number, cause, tools, scene.now) if report.sealed else {}
    return {"number": number, **given}


def _handed_over(
    connection: Connection, effect: Effect, scene: Scene, cause: str, tools: Tools, incoming: Incoming
) -> Facts:
    """What is written down of a person, handed to them, or changed of them."""
    me, now = scene.contact.id, scene.now
    match effect:
        case Asked(found, word):
            asked.remember_asked(connection, me, [one.key for one in found], word, now)
        case Answered(keys):
            asked.remember_answered(connection, me, keys, now)
        case ShowDoor():
            address = tools.door(incoming.sender.channel)
            return {"link": f"\n{address}" if address else ""}
        case Audit(what, on, detail, by):
            audit.write_down(connection, by or me, what, on, detail, now)
        case Export(ids):
            made = Made(f"rimkhong-{now:%Y%m%d}.csv", "text/csv", spreadsheet(connection, ids))
            return _handed(connection, made, scene, cause, tools)
        case MyData():
            made = Made(f"rimkhong-mydata-{now:%Y%m%d}.json", "application/json", rights.my_data(connection, me, now))
            return _handed(connection, made, scene, cause, tools)
        case Erase():
            erasing.erase(connection, me, now)
        case Subscribe(on=False) | Mute():
            riding.give_up(connection, scene.contact.address, now, topics=isinstance(effect, Subscribe))
            people.change(connection, me, **_changes(effect, now))
        case Block():
            reports.block(connection, effect)
        case Demote(contact):
            erasing.release(connection, contact)
            people.change(connection, contact, role=0, pending=0, pending_area="")
        case _:
            people.change(connection, me, **_changes(effect, now))
    return {}


class Made(NamedTuple):
    """A file we made for somebody."""

    name: str
    mime: str
    data: bytes


def _handed(connection: Connection, made: Made, scene: Scene, cause: str, tools: Tools) -> Facts:
    """Keep a file for its asker: the fact `file` where the channel takes files, `link` where it does not."""
    me = scene.contact
    media.put_file(connection, cause, me.id, made.name, made.mime, made.data, scene.now)
    link = tools.file_link(me.address.channel, cause, f".{made.name.rpartition('.')[2]}")
    return {"file": "" if link else cause, "link": f"\n{link}" if link else ""}


def _changes(effect: Effect, now: datetime) -> dict[str, Any]:
    """What an effect changes of a contact's own row."""
    match effect:
        case Agree(version):
            return {"consent": version, "consented_at": day(now)}
        case Speak(language):
            return {"language": language}
        case Live(area):
            return {"area": area}
        case Mute():
            return {"muted": True}
        case Unmute():
            return {"muted": False}
        case Subscribe(on):
            return {"subscribed": on}
        case Duty(roster):
            return {"on_duty": roster.on, "hours": roster.hours, "away": roster.away}
        case Appeal():
            return {"appealed": True}
    raise TypeError(f"nobody applies {type(effect).__name__}")


def tell(
    connection: Connection,
    contact: str,
    say: Say,
    cause: str,
    facts: Facts,
    tools: Tools,
    now: datetime,
    *,
    veiled: bool = False,
) -> None:
    """Say something to somebody else, in their language, by lane `reply`; `veiled`: nothing kept says to whom."""
    found = people.reach(connection, contact)
    if found is None or not found[1]:
        return
    who = found[0]
    words = tools.words((say,), who.language, facts)
    one = Delivery(cause, who.address, words, now, lane="reply")
    queue(connection, [veil(connection, one) if veiled else one], now, contact=who.id)


def _raise(connection: Connection, alert: Alert, facts: Facts, tools: Tools, now: datetime) -> None:
    if alert.say and "number" not in facts and any("{number}" in offer.token for offer in alert.say.offers):
        facts = facts | {"number": reports.number_of(connection, alert.report)}
    told = {language: _spoken(alert, language, facts, tools) for language in tools.languages}
    if alerts.raise_alert(connection, alert, told, now) and alert.by and alert.words:
        notices.begin(connection, alert, now)


def _decide(connection: Connection, effect: Decide, scene: Scene, cause: str, tools: Tools) -> None:
    """What was decided holds from now on, and those who were told otherwise hear of it."""
    me, now, say = scene.contact, scene.now, effect.correction
    key, word = effect.indicator, effect.word
    changed = indicators.decide(connection, key, word, effect.reason, by=me.id, role=me.role, cause=cause, now=now)
    if changed and say is not None:
        texts = {language: tools.words((say,), language, {}) for language in tools.languages}
        asked.correct(connection, key, word, texts, by=me.id, cause=derived(cause, "correction"), now=now)


def _receipt(connection: Connection, report: str, number: int, cause: str, tools: Tools, now: datetime) -> Facts:
    """A receipt out of the stock. Where that is empty for the moment, what to type to get one: nobody waits for it."""
    ready = tools.receipts()
    if ready is None or not receipts.keep_receipt(connection, report, ready):
        return {"receipt": f"/receipt new {number}", "receipt_file": ""}
    file = derived(cause, "receipt")
    media.put_file(connection, file, None, "0.png", "image/png", ready.picture, now)
    return {"receipt": grouped(ready.digits), "receipt_file": file}


def _opened(connection: Connection, effect: SettleOpening, me: str, cause: str, tools: Tools, now: datetime) -> Facts:
    """Two have agreed, or not: the first one hears of it, and the reporter when they were opened."""
    if not openings.settle(connection, effect.id, me, effect.yes, now):
        return {"identity": "-"}
    facts: Facts = {"identity": (openings.who(connection, effect.report) or "-") if effect.yes else ""}
    tell(connection, effect.by, effect.shown, derived(cause, "first"), facts, tools, now)
    reporter = reports.reporter_of(connection, effect.report) if effect.told else None
    if reporter and effect.told:
        tell(connection, reporter.contact, effect.told, cause, {}, tools, now, veiled=True)
    return facts


def _spoken(alert: Alert, language: str, facts: Facts, tools: Tools) -> Outgoing:
    if alert.say is not None:
        return tools.words((alert.say,), language, facts)
    text = alert.words.get(language) or next(iter(alert.words.values()))
    key = heading(alert)
    if not key:
        return Outgoing((text,))
    # Of an exercise we want to know how fast it is seen; a trial to oneself has no id yet.
    practised = alert.status == "Exercise" and alert.id
    offers = (Offer("tell.seen", f"/ack seen {alert.id}"),) if practised else ()
    head = tools.words((Say(key, offers=offers),), language, facts)
    return Outgoing(("\n\n".join(head.bubbles) + f"\n{text}",), head.buttons)


def _ask_second(connection: Connection, approval: Approval, say: Say, cause: str, tools: Tools, now: datetime) -> None:
    """Each coordinator around its area sees the text as it will stand, the figures, and the two buttons."""
    lane: Lane = "urgent" if approval.alert.lane == "urgent" else "reply"
    asked_of = approvals.others(connection, approval.alert)
    for who in asked_of:
        shown = _spoken(approval.alert, who.language, {}, tools)
        words = tools.words((say,), who.language, {})
        both = replace(words, bubbles=(*shown.bubbles, *words.bubbles))
        one = Delivery(derived(cause, who.id), who.address, both, now, lane=lane, expires=approval.expires)
        queue(connection, [one], now, contact=who.id)


def _invite(connection: Connection, effect: MakeInvite, me: str, cause: str, tools: Tools, now: datetime) -> Facts:
    code = invites.make_invite(connection, effect.role, effect.area, effect.days, me, now)
    links, picture = tools.invite_links(code)
    media.put_file(connection, cause, me, "invite.png", "image/png", picture, now)
    return {"code": code, "links": links, "qr": cause}


def _redeem(connection: Connection, effect: Redeem, me: str, now: datetime) -> None:
    if not invites.use_invite(connection, effect.invite, me, now):
        return
    if effect.pending:
        people.change(connection, me, pending=int(effect.role), pending_area=effect.area, name=effect.name)
    else:
        people.change(connection, me, role=int(effect.role), area=effect.area, name=effect.name)


def _approve(connection: Connection, contact: str, yes: bool, cause: str, tools: Tools, now: datetime) -> None:
    who = people.approve(connection, contact, yes)
    if who is not None:
        say = Say("approve.welcome", {"area": Area(who.area)}) if yes else Say("approve.sorry")
        tell(connection, contact, say, cause, {}, tools, now)
