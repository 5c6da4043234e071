"""What can go wrong on LINE's side, switched on by a test."""

from collections import deque
from dataclasses import dataclass, field
from random import Random

SENDING = ("reply", "push", "multicast", "broadcast", "narrowcast")

KINDS = ("error", "hang", "cut", "garble", "hollow")


@dataclass(frozen=True, slots=True)
class Fault:
    """One call that goes wrong. `accepted`: LINE did what was asked, and only the answer is lost or wrong.

    `kind`: "error" answers `status` · "hang" never answers · "cut" closes the connection without an answer · "garble"
    answers `status` with a body that is not UTF-8 · "hollow" answers 200 without `sentMessages`.
    """

    kind: str
    status: int = 500
    accepted: bool = False
    endpoint: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind!r}: choose from {', '.join(KINDS)}")

    def meets(self, endpoint: str) -> bool:
        """Whether it happens to a call of `endpoint`: the one named, "*" any, or None the sending ones."""
        return endpoint in SENDING if self.endpoint is None else self.endpoint in ("*", endpoint)


@dataclass
class Faults:
    """The faults to come: those ordered, one call each, and those that chance brings."""

    ordered: deque[Fault] = field(default_factory=deque)
    chances: list[tuple[float, Fault]] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(0))
    happened: int = 0
    hanging: int = 0
    """How many calls have been taken that are never answered."""

    def next(self, endpoint: str) -> Fault | None:
        """The fault that this call meets, if any."""
        if not self.ordered and not self.chances:
            return None
        for fault in self.ordered:
            if fault.meets(endpoint):
                self.ordered.remove(fault)
                self.happened += 1
                return fault
        for share, fault in self.chances:
            if fault.meets(endpoint) and self.random.random() < share:
                self.happened += 1
                return fault
        return None

    def fail(self, times: int = 1, *, status: int = 500, accepted: bool = False, endpoint: str | None = None) -> None:
        """The next calls answer `status`."""
        self.add(times, Fault("error", status, accepted, endpoint))

    def hang(self, times: int = 1, *, accepted: bool = True, endpoint: str | None = None) -> None:
        """The next calls are accepted and never answered."""
        self.add(times, Fault("hang", 0, accepted, endpoint))

    def cut(self, times: int = 1, *, accepted: bool = False, endpoint: str | None = None) -> None:
        """The next calls lose their connection."""
        self.add(times, Fault("cut", 0, accepted, endpoint))

    def garble(self, times: int = 1, *, status: int = 500, endpoint: str | None = None) -> None:
        """The next calls answer `status` with bytes that are not UTF-8."""
        self.add(times, Fault("garble", status, False, endpoint))

    def hollow(self, times: int = 1, *, endpoint: str | None = None) -> None:
        """The next calls are accepted and answer 200 with a body that lacks `sentMessages`."""
        self.add(times, Fault("hollow", 200, True, endpoint))

    def shake(self, seed: int, *chances: tuple[float, Fault]) -> None:
        """From now on every call meets each fault with its chance (0–1), the same way for the same seed."""
        self.random, self.chances = Random(seed), list(chances)

    def add(self, times: int, fault: Fault) -> None:
        """Orders `fault` for so many calls."""
        self.ordered.extend([fault] * times)

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.ordered.clear()
        self.chances.clear()
