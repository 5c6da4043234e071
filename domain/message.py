"""What people send us, what we mean to say back, and what we say once it is put into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Address:
    """Where someone (a person or a group) can be reached: a channel, and that channel's own id for them."""

    channel: str
    id: str


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """
    A button was pressed. A token that starts with "/" is a command, as if it had been typed.

    `typed` is the word that was typed instead, so that in the middle of a question it can still be an answer.
    """

    token: str
    typed: str = field(default="", compare=False)


MediaKind = Literal["photo", "voice", "video", "file"]


@dataclass(frozen=True, slots=True)
class Media:
    """Something to be fetched: `ref` is the channel's own name for it, `size` bytes if the channel told us."""

    kind: MediaKind
    ref: str
    caption: str = ""
    name: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A pin: WGS84 degrees."""

    lat: float
    lon: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sticker:
    pass


@dataclass(frozen=True, slots=True)
class Joined:
    """They added us, or unblocked us."""


@dataclass(frozen=True, slots=True)
class Left:
    """They blocked us, or removed us from the group."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """They took a message back; what we keep of it goes too."""

    ref: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Something of a kind we cannot read: answered kindly, kept raw."""

    kind: str


Content = Text | Press | Media | Place | Sticker | Joined | Left | Unsent | Unread


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    One thing one person did. Its id and time are all the randomness a handler ever needs.

    `event` is the platform's own id for it, by which a redelivery is known; `message` is the platform's id of the
    message, by which it can be unsent; `language` is what the platform says of the person's phone (BCP 47), if it
    does; `group` is true when it was said where others listen, and `sender` is then the group. `speaker` is who spoke
    there, if the channel tells: asked for their role when they give the bot an order, and never kept.
    """

    id: str
    event: str
    sender: Address
    at: datetime
    content: Content
    reply_token: str = ""
    message: str = ""
    language: str = ""
    group: bool = False
    speaker: Address | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Key:
    """A text to look up later, in the reader's language."""

    key: str


@dataclass(frozen=True, slots=True)
class At:
    """A time to show in the reader's language, in Thailand's time."""

    time: datetime


@dataclass(frozen=True, slots=True)
class Area:
    """
    An area to name in the reader's language: a DOPA code of 2, 4, 6 or 8 digits, or "" for nowhere known.

    `short` is a name that fits a button: the smallest part and the province.
    """

    code: str
    short: bool = False


@dataclass(frozen=True, slots=True)
class Areas:
    """Several areas to name, one after the other."""

    codes: tuple[str, ...]


Param = str | int | Key | At | Area | Areas
Params = Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice we offer: the text to show (a key, or the reader's own words), and the token that comes back."""

    key: str
    token: str
    params: Mapping[str, Param] = field(default_factory=dict)


Wants = Literal["", "place", "photo"]


@dataclass(frozen=True, slots=True)
class Say:
    """
    Something to say, in no language yet: one bubble.

    `first` and `then` are lines before and after it. `wants` asks the channel for its location or camera button.
    `attached` names a file we keep (`storage.media`) that goes along.
    """

    key: str
    params: Mapping[str, Param] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    wants: Wants = ""
    first: tuple["Say", ...] = ()
    then: tuple["Say", ...] = ()
    attached: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """
    Something to say, in one language, for any channel: bubbles, then the buttons under the last of them.

    `along` are bubbles of something else that rides along, after its own and before the buttons.

    Channels cut a bubble that is too long for them; tokens are at most 64 bytes, Telegram's limit for
    `callback_data` (https://core.telegram.org/bots/api#inlinekeyboardbutton), the smallest of all.
    """

    bubbles: tuple[str, ...]
    buttons: tuple[Button, ...] = ()
    wants: Wants = ""
    attached: tuple[str, ...] = ()
    along: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n\n".join(self.bubbles)
