"""Ports that a program of ours may listen on later, and again after it was killed."""

import contextlib
import random
import socket

OURS = range(20_000, 32_768)
"""Below those that Linux gives to whoever calls out (net.ipv4.ip_local_port_range): nobody gets ours meanwhile."""


def free_port() -> int:
    """One on 127.0.0.1 where nobody listens."""
    chance = random.SystemRandom()
    while True:
        port = chance.choice(OURS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
