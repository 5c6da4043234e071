"""Groups, channels, and updates the bot has never seen: the rest of what can happen to it."""

from typing import Any

from tests.standins.telegram_people import People, entities_of
from tests.standins.telegram_state import Group, Message, User, Wire
from tests.standins.telegram_updates import Waiting

MALFORMED: dict[str, Any] = {
    "no chat": {"message": {"message_id": 1, "date": 1_790_000_000, "text": "?"}},
    "message is a list": {"message": [1, 2, 3]},
    "date is words": {
        "message": {"message_id": 1, "date": "เมื่อวาน", "chat": {"id": 1, "type": "private"}, "text": "?"}
    },
    "id is null": {"message": {"message_id": None, "date": 1_790_000_000, "chat": {"id": None, "type": "private"}}},
    "half a press": {"callback_query": {"id": "1"}},
    "empty": {},
}


class Groups(People):
    """What happens in groups and channels."""

    def new_group(
        self,
        title: str = "บ้านริมโขง",
        members: list[User] | None = None,
        *,
        kind: str = "supergroup",
        username: str | None = None,
        privacy: bool = True,
        bot: str = "member",
    ) -> Group:
        """A `group`, `supergroup` or `channel`, the first member its owner. `bot`: member, administrator, left, kicked.

        No update tells of it; use bot="left" and `adds_bot` for that.
        """
        standing = {user.id: "member" if n else "creator" for n, user in enumerate(members or [])}
        group = self.ledger.group(title, kind, standing, username)
        group.privacy, group.bot = privacy, bot
        return group

    async def adds_bot(self, user: User, group: Group, *, admin: bool = False) -> Wire | None:
        """Bring the bot into a group (my_chat_member), or make it administrator there."""
        old, group.bot = group.bot, "administrator" if admin else "member"
        return self._standing(user, group.chat, old, group.bot)

    async def kicks_bot(self, user: User, group: Group) -> Wire | None:
        """Throw the bot out."""
        old, group.bot = group.bot, "kicked"
        return self._standing(user, group.chat, old, "kicked")

    async def joins(self, user: User, group: Group) -> Wire | None:
        """Somebody joins: a service message, which the bot sees in spite of privacy mode."""
        group.members[user.id] = "member"
        return self.writes(user, {"new_chat_members": [user.wire]}, chat=group)

    async def leaves(self, user: User, group: Group) -> Wire | None:
        """Somebody leaves."""
        group.members[user.id] = "left"
        return self.writes(user, {"left_chat_member": user.wire}, chat=group)

    async def migrates(self, group: Group) -> Group:
        """The group becomes a supergroup with a new id; both chats tell of it. Returns the new one."""
        new = self.ledger.group(group.title, "supergroup", dict(group.members), group.username)
        new.privacy, new.bot = group.privacy, group.bot
        group.migrated_to = new.id
        for place, content in ((group, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": group.id})):
            self._service(place, content)
        return new

    def _service(self, place: Group, content: Wire) -> None:
        wire = {"message_id": self.ledger.next_id(place.id), "chat": place.chat, "date": int(self.clock.now())}
        self.updates.push("message", wire | content, f"chat{place.id}")

    async def posts(self, channel: Group, text: str) -> Wire | None:
        """A post in a channel where the bot is."""
        message_id, now = self.ledger.next_id(channel.id), self.clock.now()
        wire: Wire = {"message_id": message_id, "sender_chat": channel.chat, "chat": channel.chat, "date": int(now)}
        wire |= {"text": text, "entities": entities_of(text)}
        self.ledger.act(channel.id)
        self.ledger.keep(Message(channel.id, message_id, now, "", wire, [text]))
        return self.updates.push("channel_post", wire, f"chat{channel.id}")

    async def something_new(self, kind: str = "hologram", content: Any = None) -> Wire | None:
        """An update of a kind that does not exist yet; `allowed_updates` does not keep it away."""
        return self.updates.push(kind, content or {"id": "1", "shape": "sphere"}, "new", force=True)

    async def malformed(self, variant: str = "no chat") -> Wire:
        """An update that cannot be understood (see `MALFORMED`); it has an update_id all the same."""
        update: Wire = self.updates.push("x", None, "malformed", force=True) or {}
        del update["x"]
        update |= MALFORMED[variant]
        return update

    async def redelivers(self, update: Wire) -> None:
        """The same update once more, same update_id, as when our 200 got lost."""
        kept = Waiting(update, f"again{update['update_id']}", self.clock.now() + 3600, repeat=True)
        self.updates.enqueue(kept)
