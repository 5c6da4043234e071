"""What rides along on an answer, where the channel has room for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot import line_messages
from domain.conversation import Scene
from domain.message import Outgoing
from storage.riding import board


@dataclass(frozen=True, slots=True)
class Room:
    """How a channel counts: the bubbles that still fit beside a message, and how many some bubbles are."""

    beside: Callable[[Outgoing], int]
    pieces: Callable[[tuple[str, ...]], int]


ROOM: Mapping[str, Room] = {"line": Room(line_messages.room, line_messages.pieces)}
"""Channels whose answers can carry something: the ones where a push costs and a reply does not."""


def with_ride(connection: Connection, reply: Outgoing, scene: Scene) -> tuple[Outgoing, str]:
    """
    The reply with the most pressing thing that waits and fits, and that one's id; or the reply as it is, and "".

    The answer comes first and stays whole. Buttons are the answer's own, then the rider's.
    """
    room = ROOM.get(scene.contact.address.channel)
    left = room.beside(reply) if room else 0
    if room is None or left <= 0:
        return reply, ""
    ride = board(connection, scene.contact, lambda one: _fits(one, room, left), scene.rules.daily_cap, scene.now)
    if ride is None:
        return reply, ""
    buttons = (*reply.buttons, *(each for each in ride.message.buttons if each not in reply.buttons))
    return replace(reply, along=ride.message.bubbles, buttons=buttons), ride.id


def _fits(one: Outgoing, room: Room, left: int) -> bool:
    return not one.attached and not one.wants and room.pieces(one.bubbles) <= left
