"""What coordinators may ask of all reports: search, count, export."""

from dataclasses import replace
from typing import Any

from domain.contact import inside
from domain.conversation import Scene, Turn
from domain.effect import Audit, Export
from domain.message import Area, At, Incoming, Key, Offer, Params, Say
from domain.query import CountReports, Filter, FindReports, Scope
from domain.report import DONE, Report
from handlers.query import Wrong, read_query
from handlers.quoting import quoted
from handlers.refusing import refused

PAGE = 5
MOST_EXPORTED = 5000
LAST_OFFSET = 1_000_000


def scope(scene: Scene) -> Scope:
    """What the person speaking may see."""
    return Scope(scene.contact.role, scene.contact.area, scene.contact.id)


def reports(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """Search. `+5` is the next page of the search before."""
    offset, text = page_of(argument, scene.conversation.asked)
    asked = read_query(text, scene.now, scope(scene))
    if isinstance(asked, Wrong):
        return scene.say(Say(asked.key, asked.params))
    if no := beyond(scene, asked.filter, "reports"):
        return no
    kept = replace(scene.conversation, asked=text)

    def tell(page: Any) -> Turn:
        audit = Audit("search", "", {"found": page.total})
        listed = listing(page.reports, page.total, offset)
        return Turn(kept, (replace(listed, then=(*partly(scene, asked.filter), *listed.then)),), (audit,))

    return Turn(kept, query=FindReports(asked.filter, PAGE, offset), then=tell)


def page_of(argument: str, asked: str) -> tuple[int, str]:
    """Where a page begins and of which search: `+5` turns the page of the last one."""
    number = argument.removeprefix("+")
    if number != argument and number.isascii() and number.isdecimal():
        return min(int(number[:9]), LAST_OFFSET), asked
    return 0, argument


def listing(found: tuple[Report, ...], total: int, offset: int) -> Say:
    if not found:
        return Say("list.none", offers=(Offer("list.all", "/reports"),))
    lines = tuple(line(one) for one in found)
    offers = [Offer("mine.open", f"/report {one.number}", {"number": one.number}) for one in found]
    if offset:
        offers.append(Offer("list.before", f"/reports +{max(0, offset - PAGE)}"))
    if offset + len(found) < total:
        offers.append(Offer("list.after", f"/reports +{offset + PAGE}"))
    params: Params = {"from": offset + 1, "to": offset + len(found), "total": total}
    return Say("list.self", params, offers=tuple(offers), then=lines)


def line(one: Report) -> Say:
    key = "list.urgent" if one.urgent and one.status not in DONE else "list.line"
    return Say(
        key,
        {
            "number": one.number,
            "kind": Key(f"{one.kind}.name"),
            "area": Area(one.area),
            "status": Key(f"status.{one.status}"),
            "at": At(one.at),
        },
    )


def count(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """
    Count, and with `by:` group. Who asks can open each of those counted, and no other is: so the numbers are exact.

    It is written down like a search: asking how many hold a word is reading, too.
    """
    asked = read_query(argument, scene.now, scope(scene))
    if isinstance(asked, Wrong):
        return scene.say(Say(asked.key, asked.params))
    if no := beyond(scene, asked.filter, "count"):
        return no

    def tell(rows: Any) -> Turn:
        audit, only = Audit("count", "", {"found": sum(n for _, n in rows)}), partly(scene, asked.filter)
        if not asked.by:
            return scene.say(Say("count.total", {"total": rows[0][1] if rows else 0}, then=only), do=(audit,))
        lines = tuple(Say("count.line", {"value": counted(asked.by, str(value)), "count": n}) for value, n in rows)
        head = "count.people" if asked.by == "indicator" else "count.self"
        return scene.say(Say(head if lines else "list.none", then=(*only, *lines)), do=(audit,))

    return Turn(scene.conversation, query=CountReports(asked.filter, asked.by), then=tell)


def beyond(scene: Scene, filter: Filter, command: str) -> Turn | None:
    """
    What is said to a search that names only places outside one's own area; None when it may be answered.

    "None found" would be a lie about a place they know, and a sentence about its reports a leak.
    """
    own = scene.contact.area
    if not filter.areas or any(inside(area, own) or inside(own, area) for area in filter.areas):
        return None
    said = Say("query.beyond", {"area": Area(filter.areas[0]), "own": Area(own)})
    return refused(scene, command, said, area=filter.areas[0])


def partly(scene: Scene, filter: Filter) -> tuple[Say, ...]:
    """That only one's own area was looked at, where a larger one, or others beside it, were named."""
    own = scene.contact.area
    whole = all(inside(area, own) for area in filter.areas)
    return () if whole else (Say("query.partly", {"own": Area(own)}),)


def counted(by: str, value: str) -> Any:
    match by:
        case "kind":
            return Key(f"{value}.name")
        case "status":
            return Key(f"status.{value}")
        case "area":
            return Area(value)
        case "indicator":
            return quoted(value.partition(":")[2], 80)
    return value


def top(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """The links, numbers and accounts most reported of late."""
    since = argument.replace('"', "") or "7d"
    return count(scene, incoming, f'by:indicator since:"{since}"')


def export(scene: Scene, incoming: Incoming, argument: str) -> Turn:
    """The found reports as a spreadsheet file, without who reported them."""
    asked = read_query(argument, scene.now, scope(scene))
    if isinstance(asked, Wrong):
        return scene.say(Say(asked.key, asked.params))
    if no := beyond(scene, asked.filter, "export"):
        return no

    def tell(page: Any) -> Turn:
        if not page.reports:
            return scene.say(Say("list.none"))
        effects = (Export(tuple(one.id for one in page.reports)), Audit("export", "", {"count": len(page.reports)}))
        said = Say("export.done", {"count": len(page.reports), "total": page.total}, attached="{file}")
        return scene.say(said, do=effects)

    return Turn(scene.conversation, query=FindReports(asked.filter, MOST_EXPORTED), then=tell)
