"""What can be asked for at any moment: a command is a function and a line in the table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.message import Incoming, Key, Params, Say
from handlers import (
    approving,
    blocking,
    cases,
    composing,
    costing,
    digesting,
    duty,
    following,
    going,
    groups,
    indicators,
    joining,
    opening,
    own,
    receipts,
    residents,
    rights,
    searching,
    serving,
    spiking,
    steering,
    takeover,
    telling,
    timetable,
    volunteers,
    vouching,
    zero,
)
from handlers.refusing import refused
from handlers.welcome import menu_say
from texts.writing import cut

Run = Callable[[Scene, Incoming, str], Turn]


@dataclass(frozen=True, slots=True)
class Command:
    """
    What runs it, who may, and an example to type.

    `example` follows the command's name in `/help` and in the README; what it does is `help.<name>` in the texts.
    """

    run: Run
    role: Role = Role.RESIDENT
    example: str = ""


def help_(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """What one can do here, by role, each with an example: a bubble for everybody's, one for staff's."""

    def lines(*roles: Role) -> tuple[Say, ...]:
        return tuple(
            Say("help.line" if command.example else "help.plain", params(name, command))
            for name, command in COMMANDS.items()
            if command.role in roles and command.role <= scene.contact.role and name not in UNSAID
        )

    staff = lines(Role.VOLUNTEER, Role.COORDINATOR)
    bubbles = [Say("help.self", then=lines(Role.RESIDENT))]
    if staff:
        bubbles.append(Say("help.staff", then=staff))
    return scene.say(*bubbles, menu_say(scene))


def params(name: str, command: "Command") -> Params:
    return {"name": name, "example": command.example, "what": Key(f"help.{name}")}


UNSAID = (
    "start",
    "menu",
    "help",
    "goon",
    "back",
    "skip",
    "cancel",
    "ack",
    "answer",
    "outcome",
    "photos",
    "approve",
    "remove",
    "stopalert",
    "pausealert",
    "resumealert",
    "update",
    "allclear",
    "appeal",
    "draft",
)
"""Commands that buttons say for people, or that need no saying."""

R, V, C = Role.RESIDENT, Role.VOLUNTEER, Role.COORDINATOR

COMMANDS: dict[str, Command] = {
    "start": Command(residents.start),
    "menu": Command(residents.menu),
    "help": Command(help_),
    "report": Command(cases.report, example="482913"),
    "check": Command(residents.check, example="081-234-5678"),
    "mine": Command(own.mine),
    "add": Command(own.add, example="482913"),
    "takeback": Command(own.take_back, example="482913"),
    "receipt": Command(receipts.receipt, example="0123 4567 8901 2345"),
    "hotlines": Command(residents.hotlines),
    "lesson": Command(residents.lesson),
    "language": Command(residents.language, example="lo"),
    "home": Command(residents.home, example="เชียงคาน"),
    "about": Command(residents.about),
    "mydata": Command(rights.my_data),
    "delete": Command(rights.delete),
    "stop": Command(residents.stop),
    "resume": Command(residents.resume),
    "appeal": Command(blocking.appeal),
    "cancel": Command(residents.cancel),
    "goon": Command(residents.menu),
    "back": Command(residents.menu),
    "skip": Command(residents.menu),
    "join": Command(joining.join, example="K7M2Q-9XDTP"),
    "duty": Command(duty.duty, V, "ศุกร์ 18-24"),
    "digest": Command(digesting.digest, V),
    "ack": Command(volunteers.acknowledge, V),
    "answer": Command(going.answer, V),
    "outcome": Command(going.outcome, V),
    "zero": Command(zero.zero, V),
    "reports": Command(searching.reports, C, "ประเภท:ลิงก์ ตั้งแต่:7d"),
    "count": Command(searching.count, C, "by:kind since:30d"),
    "top": Command(searching.top, C, "7d"),
    "assign": Command(cases.assign, C, "482913 me"),
    "takeover": Command(takeover.takeover, C, "482913 เจ้าของเรื่องลางาน"),
    "vouch": Command(vouching.vouch, C, "482913"),
    "block": Command(blocking.block, C, "482913 แจ้งเท็จหลายครั้ง"),
    "unblock": Command(blocking.unblock, C, "482913"),
    "status": Command(cases.status, C, "482913 confirmed"),
    "note": Command(cases.note, C, "482913 โทรสอบถามแล้ว"),
    "reply": Command(cases.reply, C, "482913 ขอเวลาที่เห็นด้วย"),
    "photos": Command(cases.photos, C, "482913"),
    "dispatch": Command(going.dispatch, C, "482913"),
    "response": Command(going.response, C, "30d"),
    "drill": Command(going.exercise, C),
    "identity": Command(opening.identity, C, "482913 ศาลมีหมายเรียกพยาน"),
    "who": Command(serving.who, C, "เชียงคาน"),
    "roster": Command(duty.cover, C),
    "silent": Command(zero.silent, C),
    "approve": Command(serving.approve, C),
    "remove": Command(serving.remove, C),
    "invite": Command(serving.invite, C, "volunteer เชียงคาน"),
    "alert": Command(composing.alert, C),
    "alerts": Command(telling.alerts, C),
    "stopalert": Command(steering.stop_alert, C),
    "pausealert": Command(steering.pause_alert, C),
    "resumealert": Command(steering.resume_alert, C),
    "update": Command(following.update, C),
    "allclear": Command(following.allclear, C),
    "second": Command(approving.second, C),
    "schedule": Command(timetable.schedule, C, "weekly on"),
    "quota": Command(costing.quota, C),
    "draft": Command(spiking.draft, C),
    "export": Command(searching.export, C, "since:30d"),
    "indicator": Command(indicators.indicator, C, "081-234-5678"),
    "confirm": Command(indicators.confirm, C, "evil[.]example"),
    "clear": Command(indicators.clear, C, "081-234-5678 ร้านจริง โทรถามแล้ว"),
    "mute": Command(groups.explain, C),
    "unmute": Command(groups.explain, C),
    "link": Command(groups.explain, C, "เชียงคาน"),
    "unlink": Command(groups.explain, C),
}


def find_command(token: str) -> Callable[[Scene, Incoming], Turn]:
    """What a token like "/report 482913" asks for, refused in one way whatever it is the person may not do."""
    name, _, argument = token.removeprefix("/").partition(" ")
    command = COMMANDS.get(name)

    def run(scene: Scene, incoming: Incoming) -> Turn:
        if command is None:
            return unknown(scene, name)
        if scene.contact.role < command.role:
            # Not what they typed after it: that may be the number of a report of their own.
            return refused(scene, name)
        return command.run(scene, incoming, argument.strip())

    return run


@cache
def allowed(role: Role) -> tuple[str, ...]:
    """The commands somebody of this role may give."""
    return tuple(name for name, command in COMMANDS.items() if command.role <= role)


def unknown(scene: Scene, name: str) -> Turn:
    """The nearest command that they may use, and where to see them all."""
    near = process.extractOne(name, allowed(scene.contact.role), scorer=fuzz.ratio, score_cutoff=60)
    if near is None:
        return scene.say(Say("command.unknown", {"name": cut(name, 30)}))
    return scene.say(Say("command.nearest", {"name": cut(name, 30), "nearest": near[0]}))
