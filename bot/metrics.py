"""What is counted, for Prometheus: how much comes in and goes out, and what goes wrong. Never who, never words."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

REGISTRY = CollectorRegistry()
EVENTS = Counter("rimkhong_events_total", "Events taken in", ["channel"], registry=REGISTRY)
FORGED = Counter("rimkhong_forged_total", "Webhook calls by a stranger", ["channel"], registry=REGISTRY)
UNREADABLE = Counter("rimkhong_unreadable_total", "Events kept raw", ["channel"], registry=REGISTRY)
SENT = Counter("rimkhong_replies_total", "Replies tried, by outcome", ["channel", "outcome"], registry=REGISTRY)
WAITING = Gauge("rimkhong_outbox_waiting", "Deliveries waiting", ["channel", "lane"], registry=REGISTRY)
OLDEST = Gauge("rimkhong_outbox_oldest_seconds", "Age of the first", ["channel", "lane"], registry=REGISTRY)


def exposition() -> bytes:
    """Everything counted, in Prometheus' text format."""
    return generate_latest(REGISTRY)
