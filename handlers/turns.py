"""Changing a turn that may still have to look something up before it knows what it says."""

from collections.abc import Callable
from dataclasses import replace

from domain.conversation import Turn
from domain.effect import Effect
from domain.message import Say


def mapped(turn: Turn, change: Callable[[Turn], Turn]) -> Turn:
    """The turn changed: now, or as soon as what it asked for was found."""
    if turn.then is None:
        return change(turn)
    then = turn.then
    return replace(turn, then=lambda found: mapped(then(found), change))


def said_first(turn: Turn, says: tuple[Say, ...]) -> Turn:
    """The same turn with more bubbles before its own."""
    return mapped(turn, lambda one: replace(one, reply=(*says, *one.reply))) if says else turn


def done_too(turn: Turn, effects: tuple[Effect, ...]) -> Turn:
    """The same turn with more effects before its own."""
    return mapped(turn, lambda one: replace(one, effects=(*effects, *one.effects))) if effects else turn
