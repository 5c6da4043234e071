"""A load generator light enough not to be what is measured: prebuilt requests over kept-open connections."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import orjson

SECRET = "bench-secret"


def signed(body: bytes, path: str = "/webhooks/line") -> bytes:
    """A whole HTTP request as LINE would send it."""
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    return posted(body, path, f"X-Line-Signature: {signature}")


def posted(body: bytes, path: str, proof: str) -> bytes:
    """A whole HTTP request with the header that says who sends it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"{proof}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def webhook(user: str, text: str, event: str, token: str, at: float) -> bytes:
    """One text message of one person, in the shape LINE sends today."""
    message = {"id": event[-18:], "type": "text", "quoteToken": "q" * 40, "markAsReadToken": "m" * 40, "text": text}
    told = {
        "type": "message",
        "message": message,
        "webhookEventId": event,
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(at * 1000),
        "source": {"type": "user", "userId": user},
        "replyToken": token,
        "mode": "active",
    }
    return orjson.dumps({"destination": "U" + "d" * 32, "events": [told]})


def update(user: int, text: str, number: int, at: float) -> bytes:
    """The same of one person on Telegram, as a whole HTTP request."""
    person = {"id": user, "is_bot": False, "first_name": "คน", "language_code": "th"}
    chat = {"id": user, "type": "private", "first_name": "คน"}
    message = {"message_id": number, "from": person, "chat": chat, "date": int(at), "text": text}
    body = orjson.dumps({"update_id": number, "message": message})
    return posted(body, "/webhooks/telegram", f"X-Telegram-Bot-Api-Secret-Token: {SECRET}")


@dataclass(slots=True)
class Sender:
    """One kept-open connection, and how long each answer took (seconds)."""

    host: str
    port: int
    took: list[float] = field(default_factory=list)
    statuses: dict[bytes, int] = field(default_factory=dict)

    async def run(self, requests: Iterator[bytes], until: float, gap: float = 0.0, late: float = 0.0) -> None:
        """Send one request after the other, `gap` seconds apart, the first after `late`, until the time is over."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        due = time.perf_counter() + late
        try:
            for request in requests:
                now = time.perf_counter()
                if now >= until:
                    break
                if gap and due > now:
                    await asyncio.sleep(due - now)
                due += gap
                begun = time.perf_counter()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                status = head[9:12]
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                if length:
                    await reader.readexactly(length)
                self.took.append(time.perf_counter() - begun)
                self.statuses[status] = self.statuses.get(status, 0) + 1
        finally:
            writer.close()


async def press(port: int, streams: Sequence[Iterator[bytes]], seconds: float, gap: float = 0.0) -> list[Sender]:
    """Run one sender for each stream of requests, side by side."""
    lines = [Sender("127.0.0.1", port) for _ in streams]
    until = time.perf_counter() + seconds
    each = gap / len(streams)  # evenly, not all at once
    runs = (line.run(stream, until, gap, n * each) for n, (line, stream) in enumerate(zip(lines, streams, strict=True)))
    await asyncio.gather(*runs)
    return lines


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
