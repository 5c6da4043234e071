"""What an alert is about, how soon and how sure: CAP's words for it, sensible by themselves, and to be changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, get_args

from domain.alert import Alert, Category, Certainty, Urgency
from domain.conversation import Answers, Scene
from domain.message import At, Content, Key, Param, Press, Say, Text
from handlers.answers import Choice, Offered, Unclear
from handlers.flow import Ask
from texts import recurrence

CATEGORIES: tuple[Category, ...] = get_args(Category)
EXAMPLE = "2026-12-01 07:00"
HOURS = (1, 3, 6, 12, 24)
SOON = 7
"""Days ahead that an alert may speak of: what begins later than it may still be sent is news for the timetable."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What CAP wants to know of an event (CAP 1.2, 3.2.2), in its own words."""

    category: Category
    certainty: Certainty


TYPED = Grade("Safety", "Unknown")
"""Words that a person typed say of themselves only that somebody should know."""
GRADES: Mapping[str, Grade] = {
    "flood": Grade("Met", "Likely"),
    "scams": Grade("Security", "Observed"),
    "uxo": Grade("CBRNE", "Observed"),
    "missing": Grade("Security", "Observed"),
    "evacuation": Grade("Safety", "Likely"),
}
"""Of each common incident. CAP counts floods as Met, and explosives as CBRNE."""
URGENCIES: Mapping[str, Urgency] = {"urgent": "Immediate", "exercise": "Immediate", "routine": "Future"}
"""By how it is sent."""


def scoped(name: str, *values: str) -> Choice:
    return Choice(values, scope=f"alert.{name}")


class Onset:
    """When it begins: "" for now already, else a time to come, in ISO 8601."""

    wants = ""

    def offers(self, scene: Scene) -> Offered:
        later: Offered = tuple((str(hours), "alert.onset.hours", {"hours": hours}) for hours in HOURS)
        return (("now", "alert.onset.now", {}), *later)

    def read(self, content: Content, scene: Scene) -> str:
        match content:
            case Press("now"):
                return ""
            case Press(hours) if hours in map(str, HOURS):
                return (scene.now + timedelta(hours=int(hours))).isoformat()
            case Text(text):
                return self.typed(text, scene)
        raise Unclear("alert.onset.unread", {"example": EXAMPLE})

    def typed(self, text: str, scene: Scene) -> str:
        rule = recurrence.read_rule(f"once {text}", scene.now)
        if not isinstance(rule, str):
            raise Unclear("alert.onset.past" if rule.why == "past" else "alert.onset.unread", {"example": EXAMPLE})
        at = recurrence.following(rule, scene.now) if rule.startswith("once:") else None
        if at is None:
            raise Unclear("alert.onset.unread", {"example": EXAMPLE})
        if at - scene.now > timedelta(days=SOON):
            raise Unclear("alert.onset.far", {"days": SOON})
        return at.isoformat()

    def shown(self, value: Any) -> Param:
        return At(datetime.fromisoformat(value)) if value else Key("alert.onset.now")


LATER = (
    Ask("category", scoped("category", *CATEGORIES), later=True),
    Ask("urgency", scoped("urgency", "Immediate", "Expected", "Future", "Unknown"), later=True),
    Ask("certainty", scoped("certainty", "Observed", "Likely", "Possible", "Unknown"), later=True),
    Ask("onset", Onset(), later=True),
)
"""Asked only of who wants to change them."""


def graded(alert: Alert, event: str, answers: Answers) -> Alert:
    """The alert with what CAP wants to know: as the answers say, or as goes without saying for such an event."""
    grade = GRADES.get(event, TYPED)
    onset = answers.get("onset")
    return replace(
        alert,
        event=event,
        category=answers.get("category") or grade.category,
        urgency=answers.get("urgency") or URGENCIES[str(answers["how"])],
        certainty=answers.get("certainty") or grade.certainty,
        onset=datetime.fromisoformat(onset) if onset else None,
    )


def regraded(alert: Alert, how: str) -> dict[str, str]:
    """The answers of an alert that do not go without saying."""
    plain = graded(alert, alert.event, {"how": how})
    named = {name: getattr(alert, name) for name in ("category", "urgency", "certainty")}
    told = {name: value for name, value in named.items() if value != getattr(plain, name)}
    return told | ({"onset": alert.onset.isoformat()} if alert.onset else {})


def grade_line(alert: Alert) -> Say:
    """What CAP is told of it, on a line."""
    params: dict[str, Param] = {
        "category": Key(f"alert.category.{alert.category}"),
        "urgency": Key(f"alert.urgency.{alert.urgency}"),
        "certainty": Key(f"alert.certainty.{alert.certainty}"),
    }
    then = (Say("alert.begins", {"at": At(alert.onset)}),) if alert.onset else ()
    return Say("alert.graded", params, then=then)
