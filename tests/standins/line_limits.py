"""LINE's rate limits: one token bucket per endpoint and method (Messaging API reference, "Rate limits", 2026-08-07)."""

from dataclasses import dataclass, field

MINUTE, HOUR = 60.0, 3600.0

LIMITS: dict[str, tuple[float, float]] = {
    "broadcast": (60, HOUR),
    "narrowcast": (60, HOUR),
    "delivery": (60, HOUR),
    "webhook.test": (60, HOUR),
    "webhook.get": (1000, MINUTE),
    "webhook.set": (1000, MINUTE),
    "menu.create": (100, HOUR),
    "menu.delete": (100, HOUR),
    "alias.delete": (100, HOUR),
    "menu.progress": (100, HOUR),
    "menu.batch": (3, HOUR),
    "menu.list": (10, 1.0),
    "multicast": (200, 1.0),
    "loading": (100, 1.0),
}
"""Endpoint → requests, in so many seconds. Every other endpoint: `OTHERS`."""
OTHERS = (2000.0, 1.0)


@dataclass(slots=True)
class Bucket:
    """Holds as many requests as one period allows and refills evenly."""

    full: float
    period: float
    level: float
    at: float

    def take(self, now: float) -> bool:
        """Takes one request out; False when none is left."""
        self.level = min(self.full, self.level + max(0.0, now - self.at) * self.full / self.period)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


@dataclass(slots=True)
class Limits:
    """The buckets of one channel."""

    buckets: dict[str, Bucket] = field(default_factory=dict)

    def allow(self, endpoint: str, now: float, pace: float) -> bool:
        """Whether one more request fits. `pace` multiplies every limit; 0 switches them off."""
        if not pace:
            return True
        bucket = self.buckets.get(endpoint)
        if bucket is None:
            requests, period = LIMITS.get(endpoint, OTHERS)
            full = max(1.0, requests * pace)
            bucket = self.buckets[endpoint] = Bucket(full, period, full, now)
        return bucket.take(now)
