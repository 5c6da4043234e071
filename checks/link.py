"""What we say of one link, without ever opening it."""

from checks.combine import ordered, score_of, word_for
from checks.find import of_link
from checks.known import NOTHING_KNOWN, Known, Standing
from checks.link_shape import shape
from checks.lookalike import in_path, likeness
from checks.official import is_official
from checks.parts import Link, parse, spoken
from checks.spot_links import refanged
from domain.verdict import Reason, Verdict


def judge_link(url: str, known: Known = NOTHING_KNOWN) -> Verdict:
    """
    The verdict on one link, written in any way (also `hxxps://`, `[.]`, without scheme); "unknown" for nonsense.

    Deciding is pure: lists and neighbours come in `known`; the link is never fetched.
    """
    link = parse(refanged(url.strip()[:4_000]))
    return verdict_on(link, known) if link else Verdict()


def verdict_on(link: Link, known: Known = NOTHING_KNOWN) -> Verdict:
    """The verdict on a link that is already taken apart."""
    indicators = tuple(of_link(link))
    standings = [known.standing(indicator.key) for indicator in indicators]
    listed = known.table(link.registrable or link.host) or known.table(link.host) if known.table else ""
    cleared = any(standing.word == "cleared" for standing in standings)
    if cleared or (is_official(link.host, link.registrable) and not any(s.word == "dangerous" for s in standings)):
        reasons = [Reason("link.cleared", {}, 0.0)] if cleared else []
        return Verdict(reasons=tuple(reasons), indicators=indicators)
    reasons = [*told(standings, "link"), *signs(link)]
    if listed:
        reasons.append(Reason("link.listed", {"source": listed}, 0.95))
    score = score_of(reasons)
    return Verdict(word_for(score), score, reasons=ordered(reasons), indicators=indicators)


def is_known(link: Link, known: Known) -> bool:
    """Whether a coordinator's word or a list calls a link dangerous: a look that costs next to nothing."""
    if known.table and (known.table(link.registrable or link.host) or known.table(link.host)):
        return True
    return any(known.standing(indicator.key).word == "dangerous" for indicator in of_link(link))


def told(standings: list[Standing], kind: str) -> list[Reason]:
    """Reasons from what coordinators decided, what lists hold and how many neighbours reported."""
    reasons = []
    for standing in standings:
        if standing.word == "dangerous" and standing.source:
            reasons.append(Reason(f"{kind}.listed", {"source": standing.source}, 0.95))
        elif standing.word == "dangerous":
            reasons.append(Reason(f"{kind}.confirmed", {}, 0.97))
        if standing.people >= 3:
            weight = min(0.8, 0.35 + 0.07 * standing.people)
            params = {"people": standing.people, "days": standing.since_days}
            reasons.append(Reason(f"{kind}.reported", params, weight if standing.word != "cleared" else 0.0))
    return reasons


def signs(link: Link) -> list[Reason]:
    """Every sign in the link itself, each with its weight (0 to 1, joined as independent evidence)."""
    reasons = shape(link)
    if like := likeness(link):
        host = spoken(link.host)[:80]
        reasons.append(Reason(f"link.{like.key}", {"brand": like.brand.name, "host": host}, like.weight))
    elif brand := in_path(link):
        reasons.append(Reason("link.brand_in_path", {"brand": brand.name, "host": spoken(link.host)[:80]}, 0.5))
    return reasons
