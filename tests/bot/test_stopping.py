"""Stopping: whatever the sender lets a call take, a stop waits for it, and systemd for the stop."""

import asyncio
import re
from pathlib import Path

import pytest

from alerts.sender import PATIENCE
from bot import app as house
from bot import serve
from bot.app import App
from bot.config import Config
from tests.keys import SEALING

RUNNING = Path(__file__).parents[2] / "docs" / "running.md"


def test_nobody_is_cut_off() -> None:
    """The sender's patience ends before the stop's, and both of ours before systemd's."""
    [systemd] = re.findall(r"TimeoutStopSec=(\d+)", RUNNING.read_text("utf-8"))
    assert PATIENCE.total_seconds() < house.STOPPING < int(systemd) - serve.PATIENCE


@pytest.mark.parametrize(("takes", "cut"), [(0.1, False), (30, True)])
async def test_a_stop_waits_for_calls_and_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes: float, cut: bool
) -> None:
    """What ends in time ends by itself, what does not is cut off."""
    monkeypatch.setattr(house, "STOPPING", 1.0)
    app = App(Config(storage={"url": f"sqlite:///{tmp_path}/bot.db"}, sealing={"key": SEALING}))  # type: ignore[arg-type]
    call = asyncio.create_task(asyncio.sleep(takes))
    app.tasks.append(call)
    await asyncio.wait_for(app.stop(), 5)
    assert cut == call.cancelled()
