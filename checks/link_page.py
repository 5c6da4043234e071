"""Signs in what follows the host: page names, tokens, break-in paths, ports, decoys before an @."""

import operator
import re

from checks.parts import Link
from checks.randomness import surprise
from domain.verdict import Reason

_LURE = re.compile(
    r"log-?g?[io]n|logon|sign-?[io]n|verif|secur|account|update|confirm|refund|wallet|unlock|suspend|recover|webscr"
    r"|billing|invoice|payment|paiement|support|claim|bonus|reward|gift|prize|password|passw|credential|kyc|otp|validat"
    r"|tracking|parcel|deliver|customs|redeem|airdrop|register|giris|owa/|webmail|renew|membercard|unsubscribe"
)
_BREAK_IN = re.compile(
    r"/wp-(?:content|includes|admin|contnt)/|/\.[a-z][\w-]*/|/well-known/|/cgi-bin/|/(?:images?|img|js|css|uploads?|tmp|temp|cache"
    r"|vendor|modules|plugins|components)/[^?]*\.(?:php|html?)$|/~\w+/|/xmlrpc|\.(?:php|html?)/"
)
_MEDIA = re.compile(r"\.(?:pdf|jpe?g|png|gif|webp|mp4|mp3|docx?|xlsx?|pptx?|svg|css|js)$")
_MAIL = re.compile(
    r"[\w.+$-]{1,64}(?:@|%40)[\w-]{1,64}\.[a-z]|=[a-z0-9+/]{24,}={0,2}(?:&|$)|[?&]e?mail=|/\$", re.IGNORECASE
)
_MAIL_MARKS = ("@", "=", "%40", "/$")
"""Without one of these there is no mail address: a look cheaper than the pattern."""
_ONWARD = re.compile(
    r"[?&](?:url|u|q|to|link|goto|next|redirect|redirect_uri|dest|target|r)=(?:https?(?::|%3a)|//|www\.)", re.IGNORECASE
)
_SEGMENT = re.compile(r"[A-Za-z0-9_=-]{6,}")
_THROWN_TOGETHER = 5.6
"""Bits of surprise a letter above which a word is no word of any language."""
_PAGE = re.compile(r"\.(?:php|html?|aspx?|cgi|ha|srf)$")


def page(link: Link, trust: float) -> list[Reason]:
    """
    Reasons from everything behind the host; `trust` scales the soft ones (1: unknown owner, 0: a great shared service).
    """
    reasons = []
    if link.user:
        reasons.append(Reason("link.user", {"host": link.host[:80]}, 0.75))
    if link.port and link.port not in ("80", "443"):
        reasons.append(Reason("link.port", {}, 0.35 * trust))
    if link.url[:5].lower() == "http:" and trust == 1.0:
        reasons.append(Reason("link.plain", {}, 0.12))
    if link.bare:
        return reasons
    path = link.path.lower()
    if path.endswith((".apk", ".xapk", ".mobileconfig")):
        reasons.append(Reason("link.apk", {}, 0.8))
    if not trust:
        return [*reasons, *_onward(link)]
    if "/ipfs/" in path:
        reasons.append(Reason("link.builder", {"host": link.host[:80]}, 0.55))
    if _BREAK_IN.search(path) and not _MEDIA.search(path):
        reasons.append(Reason("link.hacked", {}, 0.5))
    elif _PAGE.search(path):
        reasons.append(Reason("link.page", {}, 0.2 * trust))
    if lure := _LURE.search(path + link.query.lower()[:200]):
        weight = 0.46 if lure[0].startswith(("log", "sign", "verif", "pass")) else 0.4
        reasons.append(Reason("link.lure_path", {}, weight * trust))
    behind = link.query + link.path
    if any(mark in behind for mark in _MAIL_MARKS) and _MAIL.search(behind):
        reasons.append(Reason("link.mail", {}, 0.4 * trust))
    tokens = [segment for segment in _SEGMENT.findall(link.path + link.query)[:12] if _is_token(segment)]
    if tokens:
        reasons.append(Reason("link.token", {}, (0.5 if max(map(len, tokens)) >= 40 else 0.42) * trust))
    return [*reasons, *_onward(link)]


def _onward(link: Link) -> list[Reason]:
    if not link.query or not _ONWARD.search(link.query):
        return []
    return [Reason("link.redirect", {"host": link.host[:80]}, 0.35)]


def _is_token(segment: str) -> bool:
    """Letters and digits thrown together, as in one-time trap addresses: "SYdwXlLchL", "99VS6rRM"."""
    if segment.isalpha() and segment.islower():
        return surprise(segment) > _THROWN_TOGETHER
    letters = sum(map(str.isalpha, segment))
    digits = sum(map(str.isdigit, segment))
    if len(segment) >= 20 and digits >= 4 and letters >= 4:
        return True
    upper = list(map(str.isupper, segment))
    switches = sum(map(operator.ne, upper, upper[1:]))
    if (digits and letters and switches >= 3) or (switches >= 4 and len(segment) < 24):
        return True
    return segment.isalpha() and surprise(segment.lower()) > _THROWN_TOGETHER
