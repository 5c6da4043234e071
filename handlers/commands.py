"""What can be asked for at any moment: a command is a function and a line in the table."""

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz import process

from domain.contact import Role
from domain.conversation import Scene, Turn
from domain.message import Incoming, Key, Say
from handlers import residents, staff, telling, volunteers
from handlers.welcome import menu_say

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
    """What one can do here, by role, each with an example."""
    role = scene.contact.role
    shown = [(name, command) for name, command in COMMANDS.items() if command.role <= role and name not in UNSAID]
    lines = [
        (command.role, Say("help.line", {"name": name, "example": command.example, "what": Key(f"help.{name}")}))
        for name, command in shown
    ]
    own = tuple(line for least, line in lines if least == Role.RESIDENT)
    staff_lines = tuple(line for least, line in lines if least > Role.RESIDENT)
    bubbles = [Say("help.self", then=own)]
    if staff_lines:
        bubbles.append(Say("help.staff", then=staff_lines))
    return scene.say(*bubbles, menu_say(scene))


UNSAID = ("start", "ack", "photos", "approve", "remove", "stopalert")
"""Commands that buttons say for people."""

R, V, C = Role.RESIDENT, Role.VOLUNTEER, Role.COORDINATOR

COMMANDS: dict[str, Command] = {
    "start": Command(residents.start),
    "menu": Command(residents.menu),
    "help": Command(help_),
    "report": Command(staff.report, example="482913"),
    "check": Command(residents.check, example="081-234-5678"),
    "mine": Command(residents.mine),
    "add": Command(residents.add, example="482913"),
    "takeback": Command(residents.take_back, example="482913"),
    "hotlines": Command(residents.hotlines),
    "lesson": Command(residents.lesson),
    "language": Command(residents.language, example="lo"),
    "home": Command(residents.home, example="เชียงคาน"),
    "about": Command(residents.about),
    "stop": Command(residents.stop),
    "resume": Command(residents.resume),
    "cancel": Command(residents.cancel),
    "join": Command(volunteers.join, example="K7M2-Q9XD"),
    "duty": Command(volunteers.duty, V, "off"),
    "ack": Command(volunteers.acknowledge, V),
    "reports": Command(staff.reports, C, "ประเภท:ลิงก์ ตั้งแต่:7d"),
    "count": Command(staff.count, C, "by:kind since:30d"),
    "top": Command(staff.top, C, "7d"),
    "assign": Command(staff.assign, C, "482913 me"),
    "status": Command(staff.status, C, "482913 confirmed"),
    "note": Command(staff.note, C, "482913 โทรสอบถามแล้ว"),
    "reply": Command(staff.reply, C, "482913 ขอเวลาที่เห็นด้วย"),
    "photos": Command(staff.photos, C, "482913"),
    "who": Command(staff.who, C, "เชียงคาน"),
    "approve": Command(staff.approve, C),
    "remove": Command(staff.remove, C),
    "invite": Command(staff.invite, C, "volunteer เชียงคาน"),
    "alert": Command(telling.alert, C),
    "alerts": Command(telling.alerts, C),
    "stopalert": Command(telling.stop_alert, C),
    "schedule": Command(telling.schedule, C, "weekly on"),
    "export": Command(staff.export, C, "since:30d"),
}


def find_command(token: str) -> Callable[[Scene, Incoming], Turn]:
    """What a token like "/report 482913" asks for, refused in one way whatever it is the person may not do."""
    name, _, argument = token.removeprefix("/").partition(" ")
    command = COMMANDS.get(name)

    def run(scene: Scene, incoming: Incoming) -> Turn:
        if command is None:
            return unknown(scene, name)
        if scene.contact.role < command.role:
            return scene.say(Say("command.refused"))
        return command.run(scene, incoming, argument.strip())

    return run


def allowed(role: Role) -> tuple[str, ...]:
    return tuple(name for name, command in COMMANDS.items() if command.role <= role)


def unknown(scene: Scene, name: str) -> Turn:
    """The nearest command that they may use, and where to see them all."""
    near = process.extractOne(name, allowed(scene.contact.role), score_cutoff=50)
    if near is None:
        return scene.say(Say("command.unknown", {"name": name[:30]}))
    return scene.say(Say("command.nearest", {"name": name[:30], "nearest": near[0]}))
