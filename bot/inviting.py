"""How an invitation is passed on: links to press on each platform, and a QR picture."""

import io
from dataclasses import dataclass
from urllib.parse import quote

import segno


@dataclass(slots=True)
class Inviting:
    """
    The lines under a code. The bots' public names are learnt from the platforms at the start, or when first asked.

    Telegram's link opens our chat and sends `/start CODE`; LINE's opens our chat with `/join CODE` typed and ready
    (https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/, read 2026-11-22).
    """

    telegram_name: str = ""
    line_id: str = ""

    def links(self, code: str) -> list[str]:
        found = []
        if self.telegram_name:
            found.append(f"https://t.me/{self.telegram_name}?start={quote(code, safe='')}")
        if self.line_id:
            found.append(f"https://line.me/R/oaMessage/{quote(self.line_id, safe='')}/?{quote(f'/join {code}')}")
        return found

    def door(self, channel: str) -> str:
        """The address of our private chat on a channel (LINE's: line-url-scheme, as above); "" while we know none."""
        if channel == "telegram" and self.telegram_name:
            return f"https://t.me/{self.telegram_name}"
        if channel == "line" and self.line_id:
            return f"https://line.me/R/ti/p/{quote(self.line_id, safe='')}"
        return ""

    def __call__(self, code: str) -> tuple[str, bytes]:
        """Lines to put under a code, and a PNG of the QR code of the first link (of the code itself without any)."""
        links = self.links(code)
        return "".join(f"\n{link}" for link in links), picture(links[0] if links else f"/join {code}")


def picture(text: str) -> bytes:
    """A QR code as PNG, large enough to be held up to a phone."""
    file = io.BytesIO()
    segno.make(text, error="m").save(file, kind="png", scale=8, border=4)
    return file.getvalue()
