"""A link taken apart the way a browser would, without ever asking the network."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import ada_url
import idna
from publicsuffixlist import PublicSuffixList

from checks.official import HOSTS

LONGEST_URL = 2_048
_TRACKING = re.compile(r"^(?:fbclid|gclid|igshid?|mc_eid|mibextid|si|usp|_[rt]|share_[a-z_]+|utm_[a-z]+)=")
"""What apps add when a link is shared: who got it from whom, and not where it leads."""
_WHOSE_BROWSER = re.compile(r"^/(forms|document|spreadsheets|presentation)/u/\d{1,2}/")
"""The account of a browser that is signed in to several, in a link to a Google document."""
_FORM_HOMES = frozenset(".".join(one.partition("/")[0].split(".")[-2:]) for one in HOSTS.by_path)
"""The registered domains of `by_path`: a first look that costs nothing."""
PLAIN = re.compile(
    r"https?://((?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24})(/[\w~!$&()*+,;=:@./-]*)?(\?[\w~!$&()*+,;=:@./?%-]+)?(?:#[\w-]*)?",
    re.ASCII,
)
"""A link with nothing in it that a browser might rewrite, but for dots in its path and punycode."""
_NEIGHBOURS = re.compile(r"[a-z0-9.\u0e00-\u0eff\u1780-\u17ff-]+")
_ATTRIBUTES = ("hostname", "pathname", "search", "port", "protocol")
_CREDENTIALS = (*_ATTRIBUTES, "username", "password")


@dataclass(frozen=True, slots=True)
class Link:
    """
    A parsed link: `url` as it was written, `host` in ASCII, `registrable` the part somebody had to register
    ("" for an address of digits
    and for a bare suffix), `suffix` what stands behind it, `bare` no path, no query.
    """

    url: str
    host: str
    registrable: str
    suffix: str
    path: str
    query: str
    port: str
    user: str
    is_address: bool

    @property
    def label(self) -> str:
        """The registered name alone: "example" of "www.example.co.th"."""
        return self.registrable[: -len(self.suffix) - 1] if self.registrable else ""

    @property
    def under(self) -> str:
        """The labels before the registered name: "secure.pay" of "secure.pay.example.com"."""
        return self.host[: -len(self.registrable) - 1] if self.registrable else ""

    @property
    def bare(self) -> bool:
        """Whether it names a site only, no page of it."""
        return self.path in ("", "/") and not self.query


@cache
def suffixes() -> PublicSuffixList:
    """The public suffix list as shipped with its package, private section included; loaded on first use."""
    return PublicSuffixList()


@lru_cache(maxsize=4_096)
def readable(host: str) -> str:
    """A punycode host in its own letters; labels that cannot be decoded stay as they are."""
    if "xn--" not in host:
        return host
    return ".".join(_decoded(label) for label in host.split("."))


def spoken(host: str) -> str:
    """
    A host as residents are shown it: in Thai, Lao or Khmer letters where it is written in them, else as it is in ASCII.

    Letters of other scripts are not shown: some of them look like Latin ones, and that is a trick.
    """
    if "xn--" not in host:
        return host
    name = readable(host)
    return name if _NEIGHBOURS.fullmatch(name) else host


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError, IndexError, ValueError):
        pass
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, IndexError, ValueError, OverflowError):
        return label


def parse(url: str) -> Link | None:
    """Take a link apart; without a scheme it is read as https. None when no browser would go anywhere with it."""
    url = url.strip()[:LONGEST_URL]
    if "://" not in url[:16] and not url[:8].lower().startswith(("http:", "https:")):
        url = f"https://{url}"
    host, path, query, port, user = plainly(url) or as_a_browser(url)
    if not host:
        return None
    is_address = host[-1] == "]" or host.replace(".", "").isdigit()
    registrable = "" if is_address else (suffixes().privatesuffix(host) or "")
    suffix = registrable.partition(".")[2]
    return Link(url, host, registrable, suffix, path, query, port, user, is_address)


Parts = tuple[str, str, str, str, str]
"""Host, path, query, port, and user with password; all empty when no browser would go anywhere."""


def plainly(url: str) -> Parts | None:
    """A link of plain letters, read in a third of the time; None for any that a browser might rewrite."""
    found = PLAIN.fullmatch(url)
    if found is None:
        return None
    host, path, query = found.groups("")
    return None if "xn--" in host or "/." in path else (host, path or "/", query, "", "")


def as_a_browser(url: str) -> Parts:
    """A link as the URL standard reads it; all parts empty when it leads nowhere a message could send anybody."""
    try:
        parts = ada_url.parse_url(url, attributes=_CREDENTIALS if "@" in url else _ATTRIBUTES)
    except (ValueError, UnicodeError):
        return "", "", "", "", ""
    host = parts["hostname"].rstrip(".") if parts["protocol"] in ("http:", "https:", "ftp:") else ""
    user = parts.get("username", "") + parts.get("password", "")
    return host, parts["pathname"], parts["search"], parts["port"], user


def canonical(link: Link) -> str:
    """
    The one spelling of a link that neighbours' spellings share: https, no "www.", no fragment, no tracking, no slash at
    the end of a path, and nothing that only fills in a form.
    """
    host = link.host.removeprefix("www.")
    port = f":{link.port}" if link.port else ""
    path, query = link.path, link.query
    if host == "docs.google.com":
        path = _WHOSE_BROWSER.sub(r"/\1/", path)
    if query and link.registrable in _FORM_HOMES and _is_named_by_path(host, link.registrable, path):
        query = ""
    if query:
        kept = [pair for pair in query[1:].split("&") if pair and not _TRACKING.match(pair)]
        query = f"?{'&'.join(kept)}" if kept else ""
    return f"https://{host}{port}{path.rstrip('/') or '/'}{query}"


def _is_named_by_path(host: str, registrable: str, path: str) -> bool:
    """Whether a form is meant, and its path says which."""
    first, _, rest = path[1:].partition("/")
    if f"{host}/{first}" in HOSTS.by_path:
        return bool(rest)
    return bool(first) and (host in HOSTS.by_path or registrable in HOSTS.by_path) and not path.endswith(".php")
