"""What the inside asks of the outside: a way to send, and for some channels a way to send to many, or to fetch."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from domain.delivery import Delivery, Outcome, Parted
from domain.message import Address, Outgoing


class Channel(Protocol):
    """A messaging platform we can speak through."""

    name: str

    async def send(self, delivery: Delivery) -> Outcome:
        """Try once to deliver. Never raises for what a platform or a network may do: that is an `Outcome`."""
        ...


@runtime_checkable
class Multicaster(Protocol):
    """A channel that takes one message for many people in one call, under one retry key."""

    many: int
    """How many a call takes at most."""

    async def send_many(self, deliveries: Sequence[Delivery], retry_key: str) -> Outcome | Parted:
        """Try once to deliver one message to them all; an `Outcome` is everybody's."""
        ...


@runtime_checkable
class Piecewise(Protocol):
    """A channel where one delivery may be several messages, each of them a call that its limits count."""

    def pieces(self, delivery: Delivery) -> int:
        """How many messages this delivery is there."""
        ...


@runtime_checkable
class Census(Protocol):
    """A channel that tells how many are in a group."""

    async def members(self, group: str) -> int:
        """How many are in it now. Raises whatever went wrong: it is asked again later."""
        ...


@runtime_checkable
class Editor(Protocol):
    """A channel where a message can be written over after it was sent."""

    async def edit(self, to: Address, message: str, outgoing: Outgoing) -> Outcome:
        """Put other words and buttons into a message, by its `Sent.id`. What shows them already is `Sent`."""
        ...


@runtime_checkable
class Fetcher(Protocol):
    """A channel whose photos, voices and files have to be fetched."""

    async def fetch(self, ref: str, limit: int) -> bytes:
        """
        The bytes behind a `Media.ref`.

        Raises `TooLarge` past `limit` bytes, `Vanished` when the channel has it no more, and `Unreachable` when it
        is worth trying again.
        """
        ...


class Barred(Exception):
    """A platform does not let us in: our token is refused, or has no right to what was asked."""


class Unfetched(Exception):
    """Why there are no bytes."""


class TooLarge(Unfetched):
    pass


class Vanished(Unfetched):
    pass


class Unreachable(Unfetched):
    pass
