"""People with LINE: what they do becomes a signed webhook to the bot."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from tests.standins.line_events import Events, signature
from tests.standins.line_reading import Button, buttons_of
from tests.standins.line_state import Group, Json, Person, State

PATIENCE = 2.0
"""LINE waits so many seconds for a 200 (developers.line.biz, "Check webhook error causes and statistics")."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook as the bot answered it. `status` is 0 without an answer.

    `reason` is LINE's own: None, "error_status_code", "request_timeout" or "could_not_connect".
    """

    events: list[Json]
    status: int
    seconds: float
    reason: str | None
    attempt: int


class People:
    """The people's side of the stand-in. Every act posts one webhook and returns it as the bot answered it."""

    state: State
    events: Events

    def __init__(self) -> None:
        self.webhooks: list[Webhook] = []
        self.patience = PATIENCE
        self.redeliveries = 0
        self.redelivery_pause = 0.05
        self._http: aiohttp.ClientSession | None = None

    # --- carrying events to the bot ---

    async def together(self, *events: Json) -> Webhook:
        """One webhook with all these events, redelivered up to `redeliveries` times while the answer is not 2xx."""
        told, attempt = list(events), 0
        while True:
            webhook = await self.post(told, attempt=attempt)
            if webhook.reason is None or attempt >= self.redeliveries:
                return webhook
            attempt += 1
            await asyncio.sleep(self.redelivery_pause)
            told = [self.events.again(event) for event in told]

    async def redeliver(self, webhook: Webhook) -> Webhook:
        """LINE sends the same events once more, whatever the bot answered the first time."""
        return await self.post([self.events.again(event) for event in webhook.events], attempt=webhook.attempt + 1)

    async def post(self, events: list[Json], *, attempt: int = 0) -> Webhook:
        """One signed POST with these events as they are."""
        body = orjson.dumps({"destination": self.state.bot_id, "events": events})
        status, seconds, reason = await self.post_raw(body, signature(self.state.secret, body))
        webhook = Webhook(events, status, seconds, reason, attempt)
        if self.state.record or reason:
            self.webhooks.append(webhook)
        return webhook

    async def post_raw(self, body: bytes, signed: str) -> tuple[int, float, str | None]:
        """Posts any bytes with any signature: (status, seconds, reason)."""
        if self._http is None:
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        headers = {
            "content-type": "application/json; charset=utf-8",
            "x-line-signature": signed,
            "user-agent": "LineBotWebhook/2.0",
        }
        began, status, reason = time.perf_counter(), 0, None
        try:
            timeout = aiohttp.ClientTimeout(total=self.patience)
            async with self._http.post(self.state.webhook, data=body, headers=headers, timeout=timeout) as answer:
                await answer.read()
                status = answer.status
                reason = None if 200 <= status < 300 else "error_status_code"
        except TimeoutError:
            reason = "request_timeout"
        except aiohttp.ClientError:
            reason = "could_not_connect"
        return status, time.perf_counter() - began, reason

    async def aclose(self) -> None:
        """Closes the connections to the bot."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    # --- what people do ---

    async def says(self, who: Person, text: str, *, group: Group | None = None, **options: Any) -> Webhook:
        """Writes; options: `standby=True`, `mentions_bot=True`."""
        who.quick_gone = True
        return await self.together(self.events.text(who, text, group=group, **options))

    async def forwards(self, who: Person, *texts: str, one_webhook: bool = False) -> list[Webhook]:
        """Forwards several messages at once: as many webhooks at the same moment, or all in one."""
        told = [self.events.text(who, text) for text in texts]
        if one_webhook:
            return [await self.together(*told)]
        return list(await asyncio.gather(*(self.together(event) for event in told)))

    async def sends_photo(self, who: Person, content: bytes, *, kind: str = "image/jpeg", **options: Any) -> Webhook:
        """Sends a picture."""
        return await self.together(self.events.media(who, "image", content, kind, **options))

    async def sends_voice(self, who: Person, content: bytes, *, milliseconds: int = 3000, **options: Any) -> Webhook:
        """Sends a voice message; `preparing=` seconds until it can be fetched."""
        more = {"duration": milliseconds}
        return await self.together(self.events.media(who, "audio", content, "audio/x-m4a", more=more, **options))

    async def sends_video(self, who: Person, content: bytes, *, milliseconds: int = 3000, **options: Any) -> Webhook:
        """Sends a film; `preparing=` seconds until it can be fetched."""
        more = {"duration": milliseconds}
        return await self.together(self.events.media(who, "video", content, "video/mp4", more=more, **options))

    async def sends_file(self, who: Person, name: str, content: bytes, **options: Any) -> Webhook:
        """Sends a file."""
        more = {"fileName": name, "fileSize": len(content)}
        kind = "application/octet-stream"
        return await self.together(self.events.media(who, "file", content, kind, more=more, **options))

    async def sends_location(
        self,
        who: Person,
        latitude: float,
        longitude: float,
        *,
        title: str | None = None,
        address: str | None = None,
        **options: Any,
    ) -> Webhook:
        """Sends a pin; LINE leaves title and address out when the phone knows none."""
        pin: Json = {"type": "location", "latitude": latitude, "longitude": longitude}
        pin |= {name: value for name, value in (("title", title), ("address", address)) if value}
        who.quick_gone = True
        return await self.together(self.events.message(who, pin, **options))

    async def sends_sticker(self, who: Person, package: str = "446", sticker: str = "1988", **options: Any) -> Webhook:
        """Sends a sticker."""
        content = {"type": "sticker", "packageId": package, "stickerId": sticker, "stickerResourceType": "STATIC"}
        return await self.together(self.events.message(who, content, **options))

    async def presses(
        self, who: Person, label: str, *, group: Group | None = None, back: int = 0, **chosen: str
    ) -> Webhook | str:
        """Presses the button with this label in what they last received (`back` receipts earlier).

        A uri button returns its address and nothing is sent. A date picker takes `date=`, `time=` or `datetime=`.
        Raises LookupError with the labels there are.
        """
        button = self.button(group or who, label, back=back)
        if button.quick:
            who.quick_gone = True
        return await self.act(who, button.action, group=group, **chosen)

    def button(self, chat: Person | Group, label: str, *, back: int = 0) -> Button:
        """The button with this label; quick replies are gone once something was pressed or said."""
        shown = chat.shown[-1 - back] if len(chat.shown) > back else []
        gone = back == 0 and isinstance(chat, Person) and chat.quick_gone
        found = [button for button in buttons_of(shown) if not (button.quick and gone)]
        for button in found:
            if button.label == label:
                return button
        raise LookupError(f"no button {label!r}; there are {[button.label for button in found]}")

    async def act(self, who: Person, action: Json, *, group: Group | None = None, **chosen: str) -> Webhook | str:
        """Does what a press on this action does."""
        match action["type"]:
            case "uri":
                return str(action["uri"])
            case "message":
                return await self.together(self.events.text(who, action["text"], group=group))
            case "postback":
                return await self.together(self.events.postback(who, action["data"], group=group))
            case "datetimepicker":
                params = {action["mode"]: chosen[action["mode"]]}
                return await self.together(self.events.postback(who, action["data"], params=params, group=group))
            case "richmenuswitch":
                alias = action["richMenuAliasId"]
                who.menu = self.state.aliases.get(alias)
                params = {"newRichMenuAliasId": alias, "status": "SUCCESS" if who.menu else "RICHMENU_NOTFOUND"}
                return await self.together(self.events.postback(who, action["data"], params=params, group=group))
        raise LookupError(f"a {action['type']} button opens the phone's own screen: send what it would send")

    async def taps_menu(self, who: Person, area: int) -> Webhook | str:
        """Taps the area with this number (from 0) of the rich menu they see; raises LookupError without a menu."""
        id = who.menu or self.state.default_menu
        if id is None or id not in self.state.menus:
            raise LookupError(f"{who.name} sees no rich menu")
        return await self.act(who, self.state.menus[id].object["areas"][area]["action"])

    async def follows(self, who: Person) -> Webhook:
        """Adds the bot as a friend, or unblocks it."""
        unblocked, who.friend, who.blocked = who.blocked, True, False
        return await self.together(self.events.event("follow", who, follow={"isUnblocked": unblocked}))

    async def unfollows(self, who: Person) -> Webhook:
        """Blocks the bot: nothing reaches them any more, and no call says so."""
        who.blocked = True
        return await self.together(self.events.event("unfollow", who))

    async def unsends(self, who: Person, message_id: str, *, group: Group | None = None) -> Webhook:
        """Takes a message back; its content answers 410 from now on."""
        if kept := self.state.media.get(message_id):
            kept.unsent, kept.content = True, b""
        return await self.together(self.events.event("unsend", who, group=group, unsend={"messageId": message_id}))

    async def edits(self, who: Person, webhook: Webhook, text: str, *, group: Group) -> Webhook:
        """Rewrites a text in a group: same message id, new tokens."""
        old = webhook.events[0]["message"]
        message = {name: value for name, value in old.items() if name != "markAsReadToken"}
        message |= {"text": text, "quoteToken": f"{old['quoteToken']}e"}
        return await self.together(self.events.event("messageEdited", who, group=group, message=message))

    async def invites(self, group: Group) -> Webhook:
        """Somebody brings the bot into the group."""
        group.joined = True
        return await self.together(self.events.event("join", None, group=group))

    async def removes(self, group: Group) -> Webhook:
        """Somebody removes the bot from the group."""
        group.joined = False
        return await self.together(self.events.event("leave", None, group=group))

    async def enters(self, group: Group, *people: Person) -> Webhook:
        """People join a group the bot is in."""
        group.members.extend(person.id for person in people)
        members = [{"type": "user", "userId": person.id} for person in people]
        return await self.together(self.events.event("memberJoined", None, group=group, joined={"members": members}))

    async def departs(self, group: Group, *people: Person) -> Webhook:
        """People leave a group the bot is in."""
        for person in people:
            group.members.remove(person.id)
        members = [{"type": "user", "userId": person.id} for person in people]
        return await self.together(self.events.event("memberLeft", None, group=group, left={"members": members}))

    async def does(self, who: Person, kind: str, *, group: Group | None = None, **more: Any) -> Webhook:
        """Any other event, known to today's SDK or not, such as `does(who, "hologram", hologram={…})`."""
        return await self.together(self.events.event(kind, who, group=group, **more))

    async def sends(self, who: Person, content: Json, **options: Any) -> Webhook:
        """A message of any type, known or not, such as `sends(who, {"type": "hologram"})`."""
        return await self.together(self.events.message(who, content, **options))

    async def verifies(self) -> Webhook:
        """The console's Verify button: a webhook without events."""
        return await self.post([])
