"""Signs in the shape of a link's host: its kind, suffix, name, hyphens, randomness."""

import re

from checks.link_page import page
from checks.official import HOSTS, SHARED
from checks.parts import Link, readable, spoken
from checks.randomness import oddness, surprise
from domain.verdict import Reason

_LURE = re.compile(
    r"log-?g?[io]n|logon|sign-?[io]n|verif|secur|account|accnt|acount|update|updat|confirm|refund|wallet|unlock|suspend|recover"
    r"|auth|bank|billing|invoice|payment|paymt|support|helpdesk|help-|claim|bonus|reward|gift|prize|webmail|passw|credential"
    r"|kyc|validat|tracking|parcel|postal|deliver|customs|redeem|airdrop|promo|event|klaim|bantuan|resmi|official|sso-|-sso"
    r"|service|client|appeal|violation|portal-|-portal|online-|-online|topup|case-|alert|notice|access|centre|0fficial"
)
_GOVERNMENT = re.compile(
    r"(?:^|[.\-])(?:go|gov|gob|gouv|govt)[\-.](?:th|uk|br|mx|fr|co|la|kh|my|in|us|au)(?:[.\-]|$)"
    r"|(?:^|[-.])(?:go-?th|gov-?th|th-?gov|gov)(?:[-.]|$)|-gov$|-gouv-"
)
_GAMBLING = re.compile(
    r"slot|casino|baccarat|ufabet|ufa\d|pgslot|lottovip|huay|หวย|บาคาร่า|สล็อต|sagame|betflix|joker123|sbobet|1xbet|bet\d{3}"
)
_INNER_NAME = re.compile(
    r"(?:^|[.\-])(?:co|or|go|ac|com|gov)-(?:jp|th|uk|br|kr|id|in|us|my|ph|tr|za|la|kh)(?:[.\-]|$)|-com-"
)
_INNER_DOMAIN = re.compile(r"(?:^|\.)(?:com|net|org|gov|edu|co\.[a-z]{2}|com\.[a-z]{2}|go\.th)(?:\.|$|-)")
_DOCUMENTED = re.compile(
    r"(?:^|\.)(?:go|ac|or|co|mi|net|in|gov|edu|mil|gob|gouv|sch|k12)\.[a-z]{2}$|^(?:gov|edu|mil|int|museum|aero)$|^(?:gouv\.fr)$"
)
# The police's published lists are full of them: cmnb9.cc, bwdt9.cc, tatap1.cc.
_DIGIT_LAST = re.compile(r"[a-z]{3,7}\d")
_WORD_AT_MOST = 3.55
"""Bits of surprise a letter below which a name is a word: "torrent9" is one, "tatap1" is none."""
_DIGIT_SUFFIXES = frozenset({"cc", "top", "vip", "icu"})
_PIECES = re.compile(r"[.\-_]")
_WORKSHOP = re.compile(r"(?:test|newtest|staging|dev|demo|beta|old|new)\d*(?:\.|$)")


def shape(link: Link) -> list[Reason]:
    """Reasons from the shape alone. Empty for most sites people visit, and for the great shared services' own pages."""
    if link.is_address:
        return [Reason("link.address", {"host": link.host}, 0.6), *page(link, 1.0)]
    if not link.registrable:
        # A public suffix itself, such as gov.uk or github.io: its keeper's own page.
        return page(link, 0.4)
    if link.registrable in SHARED and link.registrable not in HOSTS.shorteners:
        return _shared(link)
    kind = _host_kind(link)
    trust = 0.4 if _documented(link.suffix) else 1.0
    return [*kind, *_suffix(link), *_name(link, trust), *page(link, trust)]


def _documented(suffix: str) -> bool:
    """Suffixes for which papers must be shown: .co.th, .ac.th, .gov and so on. Their owners can be found."""
    return bool(_DOCUMENTED.search(suffix)) and (
        suffix.endswith(".th") or not suffix.startswith(("co.", "in.", "net.", "or."))
    )


def _shared(link: Link) -> list[Reason]:
    if link.host in HOSTS.forms or (link.registrable in HOSTS.forms and not link.bare):
        return [Reason("link.form", {"host": link.host}, 0.15)]
    return page(link, 0.0)


def _host_kind(link: Link) -> list[Reason]:
    host = link.host.removeprefix("www.")
    if link.registrable in HOSTS.shorteners or host in HOSTS.shorteners:
        known_map = host == "maps.app.goo.gl"
        return [] if link.bare or known_map else [Reason("link.shortener", {"host": host}, 0.5)]
    if link.registrable in HOSTS.forms or host in HOSTS.forms:
        return [Reason("link.form", {"host": host}, 0.3)] if not link.bare else []
    if _is_at(host, HOSTS.builders):
        return [Reason("link.builder", {"host": host[:80]}, 0.55)]
    if _is_at(host, HOSTS.dynamic):
        return [Reason("link.dynamic", {"host": host[:80]}, 0.6)]
    odd_home = ".blogspot." in host and not host.endswith("blogspot.com")
    if odd_home or (_is_at(host, HOSTS.homes) and (_LURE.search(host) or re.search(r"\d", host))):
        return [Reason("link.builder", {"host": host[:80]}, 0.5)]
    return []


def _is_at(host: str, kind: frozenset[str]) -> bool:
    """Whether a host lies below one of these domains; the domain itself is its owner's."""
    at = host.find(".")
    while at >= 0:
        if host[at + 1 :] in kind:
            return True
        at = host.find(".", at + 1)
    return False


def _suffix(link: Link) -> list[Reason]:
    last = link.suffix.rpartition(".")[2]
    if link.suffix in HOSTS.cheap_second:
        return [Reason("link.suffix", {"suffix": f".{link.suffix}"}, 0.5)]
    if last in HOSTS.heavy_suffixes:
        return [Reason("link.suffix", {"suffix": f".{last}"}, 0.5)]
    if last in HOSTS.strong_suffixes:
        # A bare name under such a suffix may be anybody's; a page or a host below it is how traps are sent out.
        weight = 0.3 if link.bare and link.under in ("", "www") else 0.42
        return [Reason("link.suffix", {"suffix": f".{last}"}, weight)]
    return [Reason("link.suffix", {"suffix": f".{last}"}, 0.12)] if last in HOSTS.mild_suffixes else []


def _name(link: Link, trust: float) -> list[Reason]:
    reasons = []
    shown = spoken(link.host)[:80]
    host = readable(link.host.removeprefix("www."))
    before = host[: -len(readable(link.suffix)) - 1] if link.suffix else host
    under = link.under.removeprefix("www.").removeprefix("www")
    plain = under
    if "xn--" in under:
        plain = ".".join(label for label in under.split(".") if not label.startswith("xn--"))
    if "go" in before and _GOVERNMENT.search(before) and not _documented(link.suffix):
        reasons.append(Reason("link.government", {"host": shown}, 0.55))
    if (under and _INNER_DOMAIN.search(under)) or ("-" in before and _INNER_NAME.search(before)):
        reasons.append(Reason("link.nested", {"host": shown}, 0.6))
    elif under.count(".") >= 2:
        reasons.append(Reason("link.deep", {}, 0.3 * trust))
    if lured := len(set(_LURE.findall(before))):
        weight = 0.5 if lured > 2 else 0.42 if lured == 2 else 0.3 if "-" in before or under else 0.12
        reasons.append(Reason("link.lure", {"host": shown}, weight * trust))
    if _GAMBLING.search(host):
        reasons.append(Reason("link.gambling", {}, 0.4))
    hyphens = before.count("-")
    letters = len(readable(link.label))
    if hyphens >= 2 or letters >= 22:
        reasons.append(Reason("link.hyphens", {}, (0.35 if hyphens >= 3 or letters >= 28 else 0.15) * trust))
    below = 0.9 * max((_odd(piece) for piece in _PIECES.split(plain) if piece), default=0.0) if plain else 0.0
    if _WORKSHOP.match(under):
        below = max(below, 0.25)
    spelling = 0.15 if not link.bare and surprise(link.label) > 4.6 and link.label.isalpha() else 0.0
    odd = 1 - (1 - spelling) * (1 - _odd(link.label, link.suffix)) * (1 - below)
    if odd:
        reasons.append(Reason("link.random", {"host": shown}, round(odd * trust, 3)))
    return reasons


def _odd(label: str, suffix: str = "") -> float:
    """
    Oddness of a name, or of its oddest piece; a digit anywhere beside letters is a weak sign of its own.

    A name in Thai or other letters has none: what its encoding looks like ("xn--…") says nothing of it.
    """
    if label.startswith("xn--"):
        return 0.0
    odd = max((oddness(piece) for piece in label.split("-")), default=0.0)
    if odd < 0.3 and any(map(str.isdigit, label)):
        named_for_nothing = _DIGIT_LAST.fullmatch(label) and surprise(label[:-1]) > _WORD_AT_MOST
        return max(odd, 0.3 if suffix in _DIGIT_SUFFIXES and named_for_nothing else 0.15)
    return odd
