"""Public alerts as others' programs read them: CAP 1.2 documents, and an Atom feed of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET  # only written with, never read with

from domain.alert import Alert, heading
from handlers.wording import INCIDENTS, catalogues, typed_in
from texts import places
from texts.times import LOCAL
from texts.understand import SYMBOLS
from texts.writing import cut

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE, ATOM_TYPE = "application/cap+xml", "application/atom+xml"
HEADLINE = 160
"""Graphemes of a headline, as CAP 1.2 suggests (3.2.2, `headline`)."""
RESPONSES: Mapping[str, str] = {
    "flood": "Prepare",
    "scams": "Avoid",
    "uxo": "Avoid",
    "missing": "Avoid",
    "evacuation": "Prepare",
}
"""What each common incident asks people to do, in CAP's words."""
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_NAME = re.compile(r"[^0-9A-Za-z.@_-]")


@dataclass(frozen=True, slots=True)
class Issuer:
    """
    Who speaks: `sender` names this deployment among all others' (no blanks, commas, < or &), `name` and `contact`
    are the operator's, `base` is the address under which the documents lie, `served` the areas "everywhere" means.
    """

    sender: str
    name: str
    contact: str
    base: str
    served: tuple[str, ...] = ()

    def address(self, alert: Alert) -> str:
        return f"{self.base}/feeds/cap/{alert.id}.xml"


def sender_of(host: str) -> str:
    """A host's name as CAP takes a sender."""
    return _NO_NAME.sub("-", host) or "rimkhong"


def document(alert: Alert, issuer: Issuer, first: Alert | None = None) -> bytes:
    """
    A public alert as a CAP 1.2 document (http://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html).

    `first` is the alert that an update or all-clear follows. There is an `info` for each language that has words of
    its own; words that a person typed are one, in the language they were typed in. Raises ValueError for an alert
    that is not public.
    """
    if not alert.public or alert.status != "Actual" or alert.created is None:
        raise ValueError(f"alert {alert.id} is not public")
    root = ET.Element("alert", {"xmlns": CAP})
    _put(root, "identifier", alert.id)
    _put(root, "sender", issuer.sender)
    _put(root, "sent", stamp(alert.created))
    _put(root, "status", alert.status)
    _put(root, "msgType", alert.type)
    _put(root, "source", issuer.name)
    _put(root, "scope", "Public")
    if first is not None and first.created is not None:
        _put(root, "references", f"{issuer.sender},{first.id},{stamp(first.created)}")
    for language, text in spoken(alert).items():
        root.append(_info(alert, issuer, language, text))
    return _written(root)


def feed(alerts: Sequence[Alert], issuer: Issuer) -> bytes:
    """An Atom feed (RFC 4287) of public alerts, as they come; its bounds are whoever chose them."""
    root = ET.Element("feed", {"xmlns": ATOM})
    here = f"{issuer.base}/feeds/cap.atom"
    _put(root, "id", here)
    _put(root, "title", f"Rim Khong: {issuer.name}")
    latest = max((alert.created for alert in alerts if alert.created), default=None)
    _put(root, "updated", stamp(latest) if latest else "2026-01-01T00:00:00+07:00")
    _put(ET.SubElement(root, "author"), "name", issuer.name)
    ET.SubElement(root, "link").attrib.update({"rel": "self", "type": ATOM_TYPE, "href": here})
    for alert in alerts:
        _entry(root, alert, issuer)
    return _written(root)


def stamp(time: datetime) -> str:
    """A time as CAP wants it: whole seconds, with the offset written out (3.2.1, `sent`)."""
    return time.astimezone(LOCAL).isoformat(timespec="seconds")


def spoken(alert: Alert) -> dict[str, str]:
    """An alert's own words by language, without the line over them that says what it follows."""
    own = {each: text.partition("\n")[2] if heading(alert) else text for each, text in alert.words.items()}
    typed = typed_in(own)
    return {typed: next(iter(own.values()))} if typed else dict(sorted(own.items()))


def _info(alert: Alert, issuer: Issuer, language: str, text: str) -> ET.Element:
    """The parts of an alert in one language, in the order the schema wants them."""
    info = ET.Element("info")
    _put(info, "language", language)
    _put(info, "category", alert.category)
    _put(info, "event", named(alert, language))
    response = "AllClear" if alert.type == "Cancel" else RESPONSES.get(alert.event, "")
    if response:
        _put(info, "responseType", response)
    _put(info, "urgency", alert.urgency)
    _put(info, "severity", alert.severity)
    _put(info, "certainty", alert.certainty)
    if alert.event:
        _pair(ET.SubElement(info, "eventCode"), "rimkhong:incident", alert.event)
    # Ours is until when it may leave, which is no end of something that has not begun by then.
    expires = alert.expires if alert.onset is None or (alert.expires and alert.expires > alert.onset) else None
    for name, time in (("effective", alert.created), ("onset", alert.onset), ("expires", expires)):
        if time is not None:
            _put(info, name, stamp(time))
    _put(info, "senderName", issuer.name)
    what, _, todo = text.partition("\n")
    _put(info, "headline", cut(what, HEADLINE))
    _put(info, "description", text)
    if todo and alert.event in INCIDENTS and alert.type == "Alert":
        _put(info, "instruction", todo)
    _put(info, "web", issuer.address(alert))
    if issuer.contact:
        _put(info, "contact", issuer.contact)
    for code in _codes(alert, issuer):
        _area(ET.SubElement(info, "area"), code, language)
    return info


def named(alert: Alert, language: str) -> str:
    """What kind of thing it is about, in words without the picture in front of them."""
    thing = f"alert.incident.{alert.event}" if alert.event in INCIDENTS else f"alert.category.{alert.category}"
    catalogue = catalogues().get(language) or catalogues()["th"]
    return SYMBOLS.sub("", catalogue[thing])


def _codes(alert: Alert, issuer: Issuer) -> tuple[str, ...]:
    codes = alert.audience.places
    return (issuer.served or codes) if "" in codes else codes


def _area(area: ET.Element, code: str, language: str) -> None:
    catalogue = catalogues().get(language) or catalogues()["th"]
    _put(area, "areaDesc", places.name(code, language) if code else catalogue["area.everywhere"])
    if code:
        _pair(ET.SubElement(area, "geocode"), "DOPA", code)


def _entry(root: ET.Element, alert: Alert, issuer: Issuer) -> None:
    entry = ET.SubElement(root, "entry")
    words = spoken(alert)
    text = words.get("th") or next(iter(words.values()))
    sent = stamp(alert.created) if alert.created else ""
    _put(entry, "id", f"urn:uuid:{alert.id}")
    _put(entry, "title", cut(text.partition("\n")[0], HEADLINE))
    _put(entry, "updated", sent)
    _put(entry, "published", sent)
    ET.SubElement(entry, "category").attrib.update({"term": alert.category, "label": alert.type})
    _put(entry, "summary", cut(text, 2 * HEADLINE))
    href = issuer.address(alert)
    ET.SubElement(entry, "link").attrib.update({"rel": "alternate", "type": CAP_TYPE, "href": href})


def _pair(element: ET.Element, name: str, value: str) -> None:
    _put(element, "valueName", name)
    _put(element, "value", value)


def _put(parent: ET.Element, name: str, text: str) -> None:
    """A part that is text. What XML cannot hold at all, escaped or not, is left out."""
    ET.SubElement(parent, name).text = _NO_XML.sub("", text)


def _written(root: ET.Element) -> bytes:
    told: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return told
