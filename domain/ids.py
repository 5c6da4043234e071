"""Ids come from causes, so doing a thing twice makes the same thing, not two things."""

from uuid import NAMESPACE_OID, uuid5


def derived(*causes: str) -> str:
    """One id for one set of causes: the same everywhere, every time. A UUID, so LINE takes it as a retry key too."""
    return str(uuid5(NAMESPACE_OID, "\n".join(causes)))


KEYED = "keyed:"


def keyed(*causes: str) -> str:
    """
    An id for what is made of something that nobody may work out from it: where a reporter lives, say.

    The same causes still make the same, by the deployment's key, when it is kept (`storage.alerts.raise_alert`).
    """
    return KEYED + derived(*causes)
