"""A stand-in of the LINE Messaging API that keeps LINE's rules, with people in it who write to the bot.

It follows the Messaging API reference and the guides of developers.line.biz as of 2026-08-07. Where LINE does not say
what happens, the file that decides says so in a comment.
"""

import itertools
import secrets
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import orjson

from tests.standins import line_menus, line_reads, line_send
from tests.standins.line_control import control
from tests.standins.line_events import Events
from tests.standins.line_faults import Fault, Faults
from tests.standins.line_http import Answer, Call, Door, Route
from tests.standins.line_limits import Limits
from tests.standins.line_people import People, Webhook
from tests.standins.line_reading import buttons_of, words_of
from tests.standins.line_state import Delivery, Group, Json, Person, State, Violation
from tests.standins.serve import Served

TOKEN = "line-channel-access-token"
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
"""The channel secret of LINE's own signature example."""
COUNTED = ("push", "multicast", "broadcast", "narrowcast")

__all__ = ["SECRET", "TOKEN", "Delivery", "Fault", "Group", "LineStandin", "Person", "Violation", "Webhook"]


class LineStandin(People):
    """One channel. `.app` serves both api.line.me and api-data.line.me; `async with LineStandin() as line:` serves it.

    `quota`: the month's limit, None for none. `pace` multiplies every rate limit; 0 switches them off. `record=False`
    keeps counts only. `strangers="create"` makes a user of any well-formed id that is written to. `webhook` is where
    the bot listens.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        secret: str = SECRET,
        webhook: str = "",
        quota: int | None = None,
        pace: float = 1.0,
        record: bool = True,
        strangers: str = "refuse",
    ) -> None:
        super().__init__()
        bot_id = "U" + "b07" + "0" * 29
        self.state = State(token, secret, bot_id, record, quota, pace, strangers, webhook)
        self.events = Events(self.state)
        self.limits, self.faults = Limits(), Faults()
        testing = Route("POST", "/v2/bot/channel/webhook/test", "webhook.test", self._test_webhook, "json")
        routes = [*line_send.ROUTES, *line_reads.ROUTES, *line_menus.ROUTES, testing]
        self._door = Door(self.state, self.limits, self.faults, routes)
        self._served: Served | None = None
        self.url = ""

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application."""
        if scope["type"] != "http":
            raise RuntimeError(f"LINE's API speaks HTTP, not {scope['type']}")
        if scope["path"].startswith("/_control/"):
            await control(self, scope, receive, send)
        else:
            await self._door(scope, receive, send)

    async def __aenter__(self) -> "LineStandin":
        self._served = Served(self.app)
        self.url = await self._served.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
        if self._served is not None:
            await self._served.stop()

    # --- people and groups ---

    def new_user(
        self, *, id: str | None = None, name: str = "สมชาย", language: str | None = "th", friend: bool = True
    ) -> Person:
        """Somebody new, a friend of the bot unless told otherwise. No follow event is sent: see `follows`."""
        person = Person(id or f"U{secrets.token_hex(16)}", name, language, friend)
        self.state.people[person.id] = person
        return person

    def user(self, id: str) -> Person:
        """The person with this id, made when new."""
        return self.state.people.get(id) or self.new_user(id=id)

    def new_group(self, *members: Person, name: str = "ชรบ.", room: bool = False) -> Group:
        """A group (or, with `room`, a multi-person chat) the bot is in. No join event is sent: see `invites`."""
        id = f"{'R' if room else 'C'}{secrets.token_hex(16)}"
        self.state.groups[id] = Group(id, name, [person.id for person in members])
        return self.state.groups[id]

    def group(self, id: str) -> Group:
        """The group with this id; raises KeyError."""
        return self.state.groups[id]

    # --- what happened ---

    @property
    def deliveries(self) -> list[Delivery]:
        """Every accepted request, once for each chat that received it, in order."""
        return self.state.deliveries

    @property
    def violations(self) -> list[Violation]:
        """Every 4xx but 409, and what LINE takes although it should not be sent; the last 10,000."""
        return list(self.state.violations)

    @property
    def billed(self) -> int:
        """How many messages LINE would count against the month: recipients, replies free."""
        return self.state.billed

    @property
    def webhook(self) -> str:
        """Where the bot listens."""
        return self.state.webhook

    @webhook.setter
    def webhook(self, url: str) -> None:
        self.state.webhook = url

    def bubbles(self, chat: Person | Group | str) -> list[Json]:
        """Every message object a person or group received, in order."""
        owner = self._owner(chat)
        return list(itertools.chain.from_iterable(owner.shown))

    def inbox(self, chat: Person | Group | str) -> list[str]:
        """What a person or group received as text, one entry a bubble."""
        return [words_of(message) for message in self.bubbles(chat)]

    def buttons(self, chat: Person | Group | str) -> list[str]:
        """The labels that can be pressed now: quick replies, then buttons of the last receipt."""
        owner = self._owner(chat)
        gone = isinstance(owner, Person) and owner.quick_gone
        return [one.label for one in buttons_of(owner.shown[-1] if owner.shown else []) if not (one.quick and gone)]

    def _owner(self, chat: Person | Group | str) -> Person | Group:
        if isinstance(chat, str):
            return self.state.groups.get(chat) or self.state.people[chat]
        return chat

    def duplicates(self, *kinds: str) -> list[list[Delivery]]:
        """Deliveries of the same messages to the same chat, in groups of two or more; of all kinds but replies."""
        alike: dict[tuple[str, bytes], list[Delivery]] = defaultdict(list)
        for one in self.state.deliveries:
            if one.kind in (kinds or COUNTED):
                alike[one.to, orjson.dumps(one.messages)].append(one)
        return [group for group in alike.values() if len(group) > 1]

    def stats(self) -> Json:
        """Counts only. `duplicates` counts every delivery of the same messages to the same chat after the first."""
        state = self.state
        return {
            "answers": dict(state.answers),
            "delivered": dict(state.delivered),
            "billed": state.billed,
            "duplicates": state.repeats,
            "undelivered": state.undelivered,
            "violations": state.violated,
            "faults": self.faults.happened,
            "people": len(state.people),
            "open_tokens": len(state.tokens),
            "webhooks": len(self.webhooks),
        }

    # --- the world ---

    def forward(self, seconds: float) -> None:
        """Moves this stand-in's clock on: reply tokens age, buckets refill, retry keys end."""
        self.state.shift += seconds

    def new_month(self) -> None:
        """Nothing is used of the month's quota."""
        self.state.billed = 0

    def reset(self) -> None:
        """Forgets people, deliveries, counts and faults; keeps the settings."""
        old = self.state
        fresh = State(old.token, old.secret, old.bot_id, old.record, old.quota, old.pace, old.strangers, old.webhook)
        vars(old).update(vars(fresh))
        self.limits.buckets.clear()
        self.faults.calm()
        self.faults.happened = 0
        self.webhooks.clear()

    async def _test_webhook(self, state: State, call: Call) -> Answer:
        webhook = await self.verifies()
        return Answer(
            {
                "success": webhook.reason is None,
                "timestamp": datetime.fromtimestamp(state.now(), UTC).isoformat(),
                "statusCode": webhook.status,
                "reason": (webhook.reason or "OK").upper(),
                "detail": str(webhook.status),
            }
        )
