"""How a message is kept: words and buttons as JSON, and back."""

from collections.abc import Mapping
from typing import Any

from domain.message import Button, Outgoing


def packed(outgoing: Outgoing) -> dict[str, Any]:
    """A message as JSON takes it. Empty parts are left out: most messages are bubbles and nothing else."""
    kept: dict[str, Any] = {"bubbles": list(outgoing.bubbles)}
    if outgoing.buttons:
        kept["buttons"] = [[button.label, button.token] for button in outgoing.buttons]
    if outgoing.wants:
        kept["wants"] = outgoing.wants
    if outgoing.attached:
        kept["attached"] = list(outgoing.attached)
    if outgoing.along:
        kept["along"] = list(outgoing.along)
    return kept


def unpacked(kept: Mapping[str, Any]) -> Outgoing:
    """The message that `packed` made this of."""
    return Outgoing(
        bubbles=tuple(kept["bubbles"]),
        buttons=tuple(Button(label, token) for label, token in kept.get("buttons", ())),
        wants=kept.get("wants", ""),
        attached=tuple(kept.get("attached", ())),
        along=tuple(kept.get("along", ())),
    )
