"""Ways in which Telegram, or the road to it, fails: switched on for the next calls or mixed in at random."""

import random
from collections import Counter, deque
from dataclasses import dataclass

KINDS = ("500", "429", "hang", "html", "closed")
_SENDING = ("send", "edit", "copy", "forward")


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure. `after`: the call is carried out first, only its answer is lost."""

    kind: str
    method: str = "send"
    after: bool = False
    retry_after: int = 3
    hold: bool = False

    def concerns(self, method: str) -> bool:
        """Whether this falls on `method` ("send" = every send, edit, copy and forward; "*" = all; or one name)."""
        if self.method == "*":
            return True
        if self.method == "send":
            return method.startswith(_SENDING) and method != "sendchataction"
        return self.method.lower() == method


class Faults:
    """The failures to come."""

    def __init__(self, seed: int = 0) -> None:
        self.clear(seed)

    def clear(self, seed: int = 0) -> None:
        """All well again; the random mix starts anew from `seed`."""
        self._next: deque[Fault] = deque()
        self._mix: list[tuple[float, Fault]] = []
        self._random = random.Random(seed)
        self.redeliver = 0.0
        self.hanging = 0
        self.hits: Counter[str] = Counter()

    def next(
        self,
        count: int,
        kind: str,
        *,
        method: str = "send",
        after: bool | None = None,
        retry_after: int = 3,
        hold: bool = False,
    ) -> None:
        """The next `count` calls of `method` fail.

        Kinds: "500", "429" (with `retry_after`; `hold` refuses all sends for that long), "html" (a 502 page),
        "closed" (connection cut), "hang" (never answered). "hang" is carried out first unless after=False; the
        others only with after=True.
        """
        fault = _fault(kind, method, after, retry_after, hold)
        self._next.extend([fault] * count)

    def mix(
        self, rates: dict[str, float], *, seed: int | None = None, method: str = "send", retry_after: int = 1
    ) -> None:
        """Each call of `method` fails at random: rates by kind ("closed:after" = carried out, answer lost)."""
        if seed is not None:
            self._random = random.Random(seed)
        self._mix = []
        for name, rate in rates.items():
            kind, _, when = name.partition(":")
            self._mix.append((rate, _fault(kind, method, True if when == "after" else None, retry_after, False)))

    def pick(self, method: str) -> Fault | None:
        """The failure that falls on this call, if any."""
        if not self._next and not self._mix:
            return None
        fault = self._queued(method) or self._random_fault(method)
        if fault is not None:
            self.hits[fault.kind] += 1
        return fault

    def repeats(self) -> bool:
        """Whether a delivered webhook update is to be delivered once more (rate: `redeliver`)."""
        return self.redeliver > 0 and self._random.random() < self.redeliver

    def _queued(self, method: str) -> Fault | None:
        for fault in self._next:
            if fault.concerns(method):
                self._next.remove(fault)
                return fault
        return None

    def _random_fault(self, method: str) -> Fault | None:
        if not self._mix or not self._mix[0][1].concerns(method):
            return None
        roll = self._random.random()
        for rate, fault in self._mix:
            roll -= rate
            if roll < 0:
                return fault
        return None


def _fault(kind: str, method: str, after: bool | None, retry_after: int, hold: bool) -> Fault:
    if kind not in KINDS:
        raise ValueError(f"no such fault: {kind}; there are {', '.join(KINDS)}")
    return Fault(kind, method, kind == "hang" if after is None else after, retry_after, hold)
