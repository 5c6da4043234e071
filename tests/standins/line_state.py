"""What the LINE stand-in remembers: people, groups, reply tokens, what was delivered and what was done wrong."""

import secrets
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

Json = dict[str, Any]

REPLY_WITHIN = 60.0
"""A reply token works one minute from the delivery of its webhook (LINE Messaging API reference, read 2026-08-07)."""
REPLY_AT_LAST = 20 * 60.0
"""... and never later than twenty minutes after the event, however often it is redelivered (same page)."""
RETRY_KEY_VALID = 24 * 3600.0
STRANGER_MAY_BE_PUSHED = 7 * 24 * 3600.0


@dataclass(slots=True)
class Person:
    """Somebody with LINE. `shown` are the requests they received, each a list of message objects."""

    id: str
    name: str = "สมชาย"
    language: str | None = "th"
    friend: bool = True
    blocked: bool = False
    has_profile: bool = True
    spoke_at: float = -1e12
    shown: list[list[Json]] = field(default_factory=list)
    quick_gone: bool = False
    menu: str | None = None


@dataclass(slots=True)
class Group:
    """A group chat (`C…`) or a multi-person chat (`R…`); `joined` says whether the bot is in it."""

    id: str
    name: str
    members: list[str]
    joined: bool = True
    shown: list[list[Json]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """`group` or `room`, as LINE calls them in an event's source."""
        return "group" if self.id.startswith("C") else "room"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One accepted request as one chat received it. `kind`: reply, push, multicast, broadcast or narrowcast."""

    to: str
    at: float
    kind: str
    messages: list[Json]
    message_ids: list[str]
    request_id: str
    retry_key: str | None
    billed: int


@dataclass(frozen=True, slots=True)
class Violation:
    """Something LINE would not have liked. `status` is 0 for what it accepts although its rules forbid it."""

    at: float
    endpoint: str
    status: int
    message: str


@dataclass(slots=True)
class ReplyToken:
    """May be used once, within a minute of `delivered`."""

    chat: str
    born: float
    delivered: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """The first acceptance under a retry key."""

    at: float
    request_id: str
    sent: list[Json]
    body: int


@dataclass(slots=True)
class Media:
    """What somebody sent. Large video and audio is prepared until `ready_at`."""

    content: bytes
    type: str
    ready_at: float
    unsent: bool = False
    failed: bool = False


@dataclass(slots=True)
class Menu:
    """A rich menu and, once uploaded, its picture."""

    object: Json
    image: bytes | None = None
    image_type: str = ""


@dataclass
class State:
    """Everything of one channel. `record=False` keeps counts only, for benchmarks.

    `quota` is the month's limit (None: no limit); `pace` multiplies every rate limit (0: no rate limits);
    `strangers` decides what a push to an unknown user id does: "refuse" (400, as LINE) or "create" (for benchmarks).
    """

    token: str
    secret: str
    bot_id: str
    record: bool
    quota: int | None
    pace: float
    strangers: str
    webhook: str
    shift: float = 0.0
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    tokens: dict[str, ReplyToken] = field(default_factory=dict)
    keys: dict[str, Accepted] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    menus: dict[str, Menu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default_menu: str | None = None
    deliveries: list[Delivery] = field(default_factory=list)
    violations: deque[Violation] = field(default_factory=lambda: deque(maxlen=10_000))
    violated: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    delivered: Counter[str] = field(default_factory=Counter)
    by_day: Counter[tuple[str, str]] = field(default_factory=Counter)
    billed: int = 0
    undelivered: int = 0
    repeats: int = 0
    narrowcasts: dict[str, Json] = field(default_factory=dict)
    loading: list[tuple[float, str, int]] = field(default_factory=list)
    read_up_to: list[tuple[float, str]] = field(default_factory=list)
    read_tokens: set[str] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    numbers: int = 560_000_000_000_000_000

    def now(self) -> float:
        """Seconds since 1970, as this stand-in's own clock has them."""
        return time.time() + self.shift

    def today(self, ago: int = 0) -> str:
        """The day, `yyyyMMdd` in UTC+9 as LINE counts it."""
        day = datetime.fromtimestamp(self.now(), UTC) + timedelta(hours=9) - timedelta(days=ago)
        return day.strftime("%Y%m%d")

    def number(self) -> str:
        """The next message id: digits, growing."""
        self.numbers += 1
        return str(self.numbers)

    def violate(self, endpoint: str, status: int, message: str) -> None:
        """Writes down something LINE's rules do not allow."""
        self.violated += 1
        self.violations.append(Violation(self.now(), endpoint, status, message))

    # --- reply tokens ---

    def grant(self, chat: str, born: float) -> str:
        """A new reply token for something that happened in `chat` at `born`."""
        token = secrets.token_hex(16)
        self.tokens[token] = ReplyToken(chat, born, self.now())
        if len(self.tokens) % 10_000 == 0:
            self._forget_dead_tokens()
        return token

    def renew(self, token: str) -> None:
        """The same webhook is delivered again: an unused token has another minute."""
        if kept := self.tokens.get(token):
            kept.delivered = self.now()

    def spend(self, token: str) -> str | None:
        """The chat `token` may be answered in, once; None when it is unknown, used or too old."""
        kept = self.tokens.pop(token, None)
        now = self.now()
        if kept is None or now - kept.delivered > REPLY_WITHIN or now - kept.born > REPLY_AT_LAST:
            return None
        return kept.chat

    def holds(self, token: str) -> bool:
        """Whether `token` is known and unused, whatever its age."""
        return token in self.tokens

    def _forget_dead_tokens(self) -> None:
        oldest = self.now() - REPLY_AT_LAST
        self.tokens = {name: kept for name, kept in self.tokens.items() if kept.born >= oldest}

    # --- who receives ---

    def receivers(self, chat: str) -> int:
        """How many people a message to `chat` reaches, which is what LINE bills for a push."""
        if group := self.groups.get(chat):
            return len(group.members) if group.joined else 0
        person = self.people.get(chat)
        if person is None or person.blocked:
            return 0
        return int(person.friend or self.now() - person.spoke_at <= STRANGER_MAY_BE_PUSHED)

    def friends(self) -> list[str]:
        """Everybody a broadcast reaches."""
        return [person.id for person in self.people.values() if person.friend and not person.blocked]

    def deliver(
        self, chats: list[str], kind: str, messages: list[Json], ids: list[str], request_id: str, key: str | None
    ) -> None:
        """Writes the messages into each chat that receives them and bills for all but replies."""
        free, now = kind == "reply", self.now()
        fingerprint = 0 if free else hash(orjson.dumps(messages))
        day = (kind, self.today())
        for chat in chats:
            count = self.receivers(chat)
            if not count:
                self.undelivered += 1
                continue
            self.delivered[kind] += 1
            self.by_day[day] += count
            if not free:
                self.billed += count
                self._notice_repeat(hash((chat, fingerprint)))
            if self.record:
                owner = self.groups.get(chat) or self.people[chat]
                owner.shown.append(messages)
                if isinstance(owner, Person):
                    owner.quick_gone = False
                self.deliveries.append(Delivery(chat, now, kind, messages, ids, request_id, key, 0 if free else count))

    def _notice_repeat(self, what: int) -> None:
        if what in self.told:
            self.repeats += 1
        self.told.add(what)
