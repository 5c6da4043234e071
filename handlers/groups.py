"""In a group: one line on joining, then silence, broken only for what is surely dangerous, once a day each."""

from checks import find
from checks.find import of_link
from checks.parts import parse
from domain.contact import Contact, Role, inside
from domain.conversation import Scene, Turn
from domain.effect import Answered, Audit, Mute, ShowDoor, Subscribe, Unmute
from domain.effect_alert import LinkGroup, UnlinkGroup
from domain.message import Area, Incoming, Joined, Left, Media, Press, Say, Text
from domain.query import FindAnswered, FindSpeaker
from domain.verdict import Indicator, Reason, Verdict, defanged
from handlers.answers import meant
from handlers.quoting import quoted
from texts.writing import clean, cut

SURE = 0.9
"""The score from which a danger is worth breaking the silence."""
CERTAIN = ("listed", "confirmed")
"""Ends of the keys of reasons that make it so whatever the score: an imported list, a coordinator."""
MOST = 10
"""Links and numbers of one message that are looked at."""
NAMED = 3
SHOWN = 80
NEEDS_A_WORD = {
    "account": "เลขบัญชี",
    "promptpay": "พร้อมเพย์",
    "line": "LINE ID:",
    "telegram": "telegram",
    "facebook": "facebook:",
}
"""What must stand before bare digits or a bare name for them to be read as what they are."""
ORDERS = ("/mute", "/unmute", "/link", "/unlink")


def in_group(scene: Scene, incoming: Incoming) -> Turn:
    """
    What is said in a group, whose contact is the group's own.

    Nothing of it is kept, no report is taken, and no command is answered but a coordinator's in `ORDERS`.
    """
    match incoming.content:
        case Joined():
            return Turn(
                scene.conversation, (Say("group.hello"),), (Unmute(), Subscribe(True), UnlinkGroup(), ShowDoor())
            )
        case Left():
            return Turn(scene.conversation, effects=(Mute(), UnlinkGroup()))
        case Press(token, "") if token.partition(" ")[0] in ORDERS:
            return ordered(scene, incoming, *token.removeprefix("/").partition(" ")[::2])
        case Press(token, typed):
            return warned(scene, typed or token)
        case Text(text) | Media(caption=text) if text:
            return warned(scene, text)
    return Turn(scene.conversation)


def ordered(scene: Scene, incoming: Incoming, order: str, argument: str) -> Turn:
    """What a coordinator orders in a group is done; from anyone else it is passed over."""
    if incoming.speaker is None:
        return Turn(scene.conversation)

    def tell(speaker: Contact | None) -> Turn:
        if speaker is None or speaker.role < Role.COORDINATOR:
            return Turn(scene.conversation)
        match order:
            case "link":
                return linked(scene, speaker, argument)
            case "unlink":
                audit = Audit("unlink group", scene.contact.id, {"by": speaker.id})
                return Turn(scene.conversation, (Say("group.unlinked"),), (UnlinkGroup(), audit))
        return silenced(scene, speaker, on=order == "unmute")

    return Turn(scene.conversation, query=FindSpeaker(incoming.speaker), then=tell)


def silenced(scene: Scene, speaker: Contact, *, on: bool) -> Turn:
    """The bot is silent in this group, or speaks again."""
    audit = Audit("group", scene.contact.id, {"on": int(on), "by": speaker.id})
    said = Say("group.unmuted" if on else "group.muted")
    return Turn(scene.conversation, (said,), (Subscribe(on), audit))


def linked(scene: Scene, speaker: Contact, argument: str) -> Turn:
    """This group is told what residents of a place are, if that is one place in the coordinator's own area."""
    own = speaker.area
    found = [place for place in meant(clean(argument, 200), (own,) if own else ()) if inside(place.code, own)]
    if len(found) != 1:
        return Turn(scene.conversation, (Say("group.where"),))
    area = found[0].code
    audit = Audit("link group", scene.contact.id, {"area": area, "by": speaker.id})
    said = Say("group.linked", {"area": Area(area)})
    return Turn(scene.conversation, (said,), (LinkGroup(area, speaker.id), audit))


def warned(scene: Scene, text: str) -> Turn:
    """A warning of what is surely dangerous in a text and was not warned of today; else silence."""
    found = dangers(scene, text) if scene.contact.subscribed else {}
    if not found:
        return Turn(scene.conversation)

    def tell(before: frozenset[str]) -> Turn:
        fresh = {key: danger for key, danger in found.items() if key not in before}
        if not fresh:
            return Turn(scene.conversation)
        return Turn(scene.conversation, (warning(tuple(fresh.values())),), (Answered(tuple(fresh)), ShowDoor()))

    return Turn(scene.conversation, query=FindAnswered(scene.contact.id, tuple(found)), then=tell)


def dangers(scene: Scene, text: str) -> dict[str, tuple[str, Verdict]]:
    """Each link or number of a text that is surely dangerous by itself, as it was written, by what it is known by."""
    written: dict[str, list[Indicator]] = {}
    for one in find(text):
        if one.kind != "apk":
            written.setdefault(one.shown or one.value, []).append(one)
    found: dict[str, tuple[str, Verdict]] = {}
    for shown, same in list(written.items())[:MOST]:
        verdict = by_itself(scene, same[0], shown)
        if sure(verdict):
            found.setdefault(known_by(same).key, (shown, verdict))
    return found


def by_itself(scene: Scene, one: Indicator, shown: str) -> Verdict:
    """The verdict on one link or number without the words around it, but for the one that says what it is."""
    verdict = scene.judge(shown)
    if one.kind in NEEDS_A_WORD and one.key not in (each.key for each in verdict.indicators):
        return scene.judge(f"{NEEDS_A_WORD[one.kind]} {shown}")
    return verdict


def known_by(same: list[Indicator]) -> Indicator:
    """The site rather than each of its pages, so that one site is warned of once."""
    site = next((one for one in same if one.kind == "domain"), None)
    # Of a second page `find` gives no site, for it was named with the first.
    link = parse(same[0].value) if site is None and same[0].kind == "url" else None
    sites = (one for one in (of_link(link) if link else ()) if one.kind == "domain")
    return site or next(sites, same[0])


def sure(verdict: Verdict) -> bool:
    """Whether the link or number itself, not the words around it, is dangerous beyond reasonable doubt."""
    certain = any(reason.key.rpartition(".")[2] in CERTAIN for reason in verdict.reasons)
    return verdict.word == "dangerous" and (certain or verdict.score >= SURE)


def warning(found: tuple[tuple[str, Verdict], ...]) -> Say:
    """One bubble: what it is about, the strongest reason, what to do, and the way to the private chat."""
    what = tuple(Say("verdict.seen", {"what": cut(defanged(shown), SHOWN)}) for shown, _ in found[:NAMED])
    reasons = max((verdict for _, verdict in found), key=lambda verdict: verdict.score).reasons
    why = (because(reasons[0]),) if reasons else ()
    return Say("verdict.dangerous", then=(*what, *why, Say("group.advice")))


def because(reason: Reason) -> Say:
    params = {name: quoted(value, SHOWN) if isinstance(value, str) else value for name, value in reason.params.items()}
    return Say(f"reason.{reason.key}", params)


def explain(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """What is ordered in a group, typed in the private chat."""
    return scene.say(Say("group.how"))
