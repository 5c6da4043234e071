"""The command line: `rimkhong …`, a function for each command; some have files of their own (`_groups`)."""

import asyncio
import getpass
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any, NoReturn, TypeVar

import click

from bot.config import BadConfig, Config
from bot.loading import load_config
from bot.logs import set_up
from domain.contact import Role

T = TypeVar("T")

TROUBLE = 1
MISUSE = 2
CLOSED = (
    "The playground is closed here (LINE or Telegram is configured, or web.playground is off): in this database people "
    "who do not exist would serve, and be asked for their word. Give `chat` a configuration of its own: --config FILE."
)

config_option = click.option(
    "--config", "path", type=click.Path(dir_okay=False), help="The TOML file [default: config.toml if it is there]."
)


def with_config(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command its configuration; what is wrong with it is said plainly, with exit code 2."""

    @config_option
    @wraps(command)
    def run(path: str | None, **options: Any) -> None:
        try:
            config = load_config(path)
        except BadConfig as error:
            fail(f"The configuration cannot be used:\n{error}", MISUSE)
        command(config, **options)

    return run


def fail(message: str, code: int = TROUBLE) -> NoReturn:
    """Say what is wrong and end."""
    click.echo(message, err=True)
    sys.exit(code)


@contextmanager
def plainly(config: Config) -> Iterator[None]:
    """A database that is not there is said in one sentence, and Ctrl-C in none."""
    from storage.keys import KeyTrouble, Unopened  # noqa: PLC0415
    from storage.store import Away  # noqa: PLC0415 - loading the database costs a third of a second

    try:
        yield
    except KeyTrouble as error:
        fail(f"Nothing was done: {error}.")
    except Unopened as error:
        fail(f"Something sealed does not open: {error}.")
    except Away as error:
        fail(f"The database {_where(config)} cannot be reached or written ({error}).")
    except KeyboardInterrupt:
        sys.exit(130)


def me() -> str:
    """Who is at the keyboard, for the audit log."""
    return f"cli:{getpass.getuser()}"[:36]


def write(file: str, data: bytes) -> None:
    """Write a file ("-" is standard output), or say plainly why not."""
    try:
        with click.open_file(file, "wb") as out:
            out.write(data)
    except OSError as error:
        fail(f"Cannot write {file}: {error.strerror}")


def together(config: Config, work: Coroutine[Any, Any, T]) -> T:
    """Run to the end."""
    with plainly(config):
        return asyncio.run(work)
    raise AssertionError("what is said plainly ends the program")


def _where(config: Config) -> str:
    """The database's address without its password."""
    from sqlalchemy import make_url  # noqa: PLC0415

    return make_url(config.storage.url).render_as_string(hide_password=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rimkhong", prog_name="rimkhong")
def main() -> None:
    """Rim Khong: a chatbot for border communities, on LINE, Telegram and in the browser."""


@main.command()
@with_config
@click.option("--role", type=click.Choice(["all", "web", "worker"]), default="all", help="What this process does.")
@click.option("--verbose", is_flag=True, help="Log more.")
def run(config: Config, role: str, verbose: bool) -> None:
    """Run the bot: webhooks, polling, schedules, sending, and the playground."""
    from bot.app import App  # noqa: PLC0415
    from bot.serve import bound, remedy, serve, told_to_stop, work  # noqa: PLC0415

    set_up("DEBUG" if verbose else "INFO")
    with plainly(config):
        app = App(config, works=role != "web", serves=role != "worker")
    if role == "worker":

        async def working() -> None:
            stop = asyncio.Event()
            with told_to_stop(stop):
                await work(app, stop)

        together(config, working())
        return
    try:
        listening = bound(config.web.host, config.web.port)
    except OSError as error:
        fail(f"Cannot listen on {config.web.host}:{config.web.port}: {error.strerror}. {remedy(error)}")
    with listening:
        click.echo(greeting(config, app.channels, listening.getsockname()[1]))
        together(config, serve(app, listening))


def greeting(config: Config, channels: dict[str, Any], port: int) -> str:
    """What the operator sees first: where to go, and what is on."""
    host = config.web.host if config.web.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    lines = [f"Rim Khong (ริมโขง) on {address}", f"  database  {_where(config)}"]
    if "web" in channels:
        lines.append(f"  playground  {address}/")
    for name, path in (("line", "/webhooks/line"), ("telegram", "/webhooks/telegram")):
        if name in channels:
            polls = name == "telegram" and config.telegram.mode == "polling"
            lines.append(f"  {name}  {'polling' if polls else (config.web.public_url or address) + path}")
    return "\n".join([*lines, "Stop with Ctrl-C."])


@main.command()
@with_config
def migrate(config: Config) -> None:
    """Bring the database to this version's tables."""
    from storage.migrate import migrate as upgrade  # noqa: PLC0415
    from storage.store import Store  # noqa: PLC0415

    async def work() -> tuple[str, str]:
        store = Store(config.storage.url)
        try:
            return await upgrade(store)
        finally:
            await store.close()

    before, now = together(config, work())
    click.echo(f"Already at version {now}." if before == now else f"Migrated from {before or 'nothing'} to {now}.")


@main.command()
@with_config
@click.argument("role", type=click.Choice(["volunteer", "coordinator", "admin"]))
@click.option("--area", default="", help="DOPA code the role is for: 42 is Loei, 4203 Chiang Khan. Admins need none.")
@click.option("--days", type=click.IntRange(1, 90), default=7, help="How long the code can be used.")
@click.option("--qr", type=click.Path(dir_okay=False, writable=True), help="Write the QR picture (PNG) here.")
def invite(config: Config, role: str, area: str, days: int, qr: str | None) -> None:
    """Make a one-time code that gives whoever uses it a role in an area."""
    from bot.admin import make_invitation  # noqa: PLC0415
    from texts.places import place  # noqa: PLC0415

    if role != "admin" and not area:
        fail("Which area? For example: rimkhong invite coordinator --area 42", MISUSE)
    if area and place(area) is None:
        fail(f"{area!r} is no DOPA code we know: 2 digits a province (42), 4 a district (4203), 6 a tambon.", MISUSE)
    code, links, picture = together(config, make_invitation(config, Role[role.upper()], area, days))
    click.echo(f"Code for one {role}{f' in {area}' if area else ''}, good for {days} days, once:\n\n  {code}\n")
    click.echo(f"They type: /join {code}" + "".join(f"\n  {link}" for link in links))
    if qr:
        write(qr, picture)
        click.echo(f"QR picture: {qr}")


@main.command()
@click.argument("texts", nargs=-1)
@click.option(
    "--config",
    "path",
    type=click.Path(dir_okay=False),
    help="The TOML file: use its imported lists, decisions and reports, too.",
)
def check(texts: tuple[str, ...], path: str | None) -> None:
    """Judge links, numbers and messages: each argument (or line of standard input) becomes one line of JSON."""
    from bot.checking import judge_lines, judged  # noqa: PLC0415

    lines = texts or (line.decode("utf-8", "replace").rstrip("\r\n") for line in sys.stdin.buffer)
    if not path:
        for line in lines:
            click.echo(judged(line))
        return
    try:
        config = load_config(path)
    except BadConfig as error:
        fail(f"The configuration cannot be used:\n{error}", MISUSE)
    if lacking := together(config, judge_lines(config, lines, click.echo, datetime.now(UTC))):
        click.echo(lacking, err=True)


@main.command()
@with_config
@click.option("--fix", is_flag=True, help="Set up LINE's rich menu, Telegram's command menu and webhooks.")
def doctor(config: Config, fix: bool) -> None:
    """Look at everything that could keep the bot from working; exit code 1 when something is wrong."""
    from bot.doctor import examine  # noqa: PLC0415

    found = together(config, examine(config, fix=fix))
    for line in found:
        click.echo(str(line))
    sys.exit(TROUBLE if any(line.bad for line in found) else 0)


@main.command("send-due")
@with_config
def send_due(config: Config) -> None:
    """Fire what is scheduled, send what is due, and end: for a cron job where the bot itself does not run."""
    from bot.admin import send_what_is_due  # noqa: PLC0415

    set_up("WARNING")
    click.echo(f"{together(config, send_what_is_due(config))} deliveries tried.")


@main.command()
@with_config
@click.option("--query", default="", help="As in chat: kind:link area:เชียงคาน since:30d")
@click.option("--to", "file", type=click.Path(dir_okay=False), default="-", help="The file [default: standard output].")
def export(config: Config, query: str, file: str) -> None:
    """Write reports as CSV, without anything about who made them. Written down in the audit log."""
    from bot.admin import export_reports  # noqa: PLC0415

    found = together(config, export_reports(config, query, datetime.now(UTC)))
    if isinstance(found, str):
        fail(found, MISUSE)
    write(file, found)


@main.command()
@with_config
@click.option("--role", type=click.Choice(["resident", "volunteer", "coordinator"]), default="resident")
def chat(config: Config, role: str) -> None:
    """Talk to the bot in this terminal: the playground without a browser."""
    if not config.playground:
        fail(CLOSED, MISUSE)
    from bot.terminal import talk  # noqa: PLC0415

    set_up("WARNING")
    together(config, talk(config, Role[role.upper()]))


def _groups() -> None:
    """Commands in files of their own."""
    from bot.campaigns import campaigns  # noqa: PLC0415 - it needs what stands above
    from bot.cli_audit import audit  # noqa: PLC0415
    from bot.cli_backup import backup, restore  # noqa: PLC0415
    from bot.cli_keys import keys  # noqa: PLC0415
    from bot.cli_lists import indicators, lists  # noqa: PLC0415

    for group in (campaigns, lists, indicators, audit, backup, restore, keys):
        main.add_command(group)


if __name__ == "__main__":  # `python -m bot.cli`: the groups need this module by its own name
    from bot.cli import main as whole

    whole()
else:
    _groups()
