"""How a message is kept: words and buttons as JSON, encrypted while they wait in the outbox, and back."""

from collections.abc import Mapping
from typing import Any

from domain.delivery import Delivery
from domain.message import Button, Outgoing
from storage.keys import Keys


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


def written_message(keys: Keys, delivery: Delivery) -> dict[str, Any]:
    """What a delivery says, as it stands in its row of the outbox; of a veiled one whom it is for, too."""
    plain = packed(delivery.message) | ({"to": delivery.to.id} if delivery.veil else {})
    return keys.seal_json(f"outbox\n{delivery.id}", plain)


def read_message(keys: Keys, id: str, address: str, message: Mapping[str, Any]) -> tuple[str, Outgoing]:
    """Whom a row's own message is for, by their address, and what it says. Raises Unopened."""
    plain = keys.open_json(f"outbox\n{id}", message)
    return plain.get("to", address), unpacked(plain)
