"""The bot in a terminal: type, press a button by its number, watch what the others are told."""

import asyncio
import contextlib
from dataclasses import dataclass, field

import click

from bot.app import App, new_id
from bot.config import Config, Line, Telegram
from bot.demo import staff_phones
from domain.contact import Role
from domain.delivery import Delivery, Outcome, Sent
from domain.message import Address, Button, Incoming, Press, Text

PHONES = {Role.RESIDENT: "resident-1", Role.VOLUNTEER: "volunteer-1", Role.COORDINATOR: "coordinator-1"}


@dataclass(slots=True)
class Terminal:
    """A channel that prints. Only the last buttons of whoever is typing can be pressed."""

    who: str
    name: str = "web"
    buttons: tuple[Button, ...] = ()
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, delivery: Delivery) -> Outcome:
        """Print what was said; to others with their name before it."""
        mine = delivery.to.id == self.who
        for bubble in delivery.message.bubbles:
            click.echo(click.style(bubble, fg="cyan" if mine else "yellow") if mine else f"({delivery.to.id}) {bubble}")
            click.echo()
        if mine:
            self.buttons = delivery.message.buttons
            for number, button in enumerate(self.buttons, start=1):
                click.echo(click.style(f"  [{number}] {button.label}", fg="green"))
            self.heard.set()
        return Sent(delivery.id)


async def talk(config: Config, role: Role) -> None:
    """
    Read lines until there are none; "#2" presses the second button. Only for where the playground is open.

    Of the platforms it takes and sends nothing: the bot that runs beside it does.
    """
    app = App(alone(config))
    terminal = Terminal(PHONES[role])
    app.channels["web"] = terminal
    app.worker = app.make_worker()
    await app.start()
    await staff_phones(app.store, app.clock())
    click.echo('Type to the bot. "#2" presses button 2. An empty line or Ctrl-D ends.')
    try:
        while line := (await asyncio.to_thread(_line)).strip():
            terminal.heard.clear()
            await app.receive(_incoming(terminal, line, app))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(terminal.heard.wait(), 5)
    finally:
        await app.stop()


def alone(config: Config) -> Config:
    """The same without LINE and Telegram."""
    return config.model_copy(update={"line": Line(), "telegram": Telegram()})


def _line() -> str:
    try:
        return input("> ")
    except EOFError:
        return ""


def _incoming(terminal: Terminal, line: str, app: App) -> Incoming:
    number = line.removeprefix("#")
    pressed = line.startswith("#") and number.isdecimal() and 0 < int(number) <= len(terminal.buttons)
    content = Press(terminal.buttons[int(number) - 1].token) if pressed else Text(line)
    return Incoming(new_id(), new_id(), Address("web", terminal.who), app.clock(), content)
