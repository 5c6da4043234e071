"""What Telegram shows of us before anybody writes: the command menu and the description, in each language."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

Ask = Callable[[str, dict[str, Any]], Awaitable[Any]]
Words = Mapping[str, str]

LANGUAGES = {"": "th", "en": "en", "lo": "lo", "km": "km"}
"""Telegram's language codes and ours; "" is shown to everybody whose language is none of the others."""
SCOPE = {"type": "all_private_chats"}
"""In groups we say nothing unasked, so there is no menu either."""
DESCRIPTION, SHORT, COMMAND = 512, 120, 256


async def menus(ask: Ask, commands: Iterable[tuple[str, Words]], *, fix: bool) -> list[str]:
    """
    The command menu in each language; the lines say what was set, or without `fix` what differs.

    `commands` are (name, {language: description}); where a language has no words, Thai stands in. Raises what `ask`
    raises.
    """
    table = list(commands)
    done = []
    for code, language in LANGUAGES.items():
        where = {"scope": SCOPE, "language_code": code}
        wanted = [{"command": name, "description": _said(words, language)[:COMMAND]} for name, words in table]
        if await ask("getMyCommands", where) == wanted:
            continue
        if fix:
            await ask("setMyCommands", {"commands": wanted, **where})
        done.append(f"command menu ({language}): {len(wanted)} commands")
    return done


async def descriptions(ask: Ask, about: Words, short: Words, *, fix: bool) -> list[str]:
    """What an empty chat with us shows, and our profile, in each language; lines as in `menus`."""
    done = []
    for name, field, words, most in (
        ("Description", "description", about, DESCRIPTION),
        ("ShortDescription", "short_description", short, SHORT),
    ):
        for code, language in LANGUAGES.items():
            # Where a language has no words of its own, Telegram shows those of "".
            wanted = words.get(language, "")[:most].strip()
            if not wanted:
                continue
            told = await ask(f"getMy{name}", {"language_code": code})
            if isinstance(told, dict) and told.get(field, "") == wanted:
                continue
            if fix:
                await ask(f"setMy{name}", {field: wanted, "language_code": code})
            done.append(f"{field.replace('_', ' ')} ({language})")
    return done


async def webhook(ask: Ask, url: str, secret: str, kinds: Iterable[str], *, fix: bool) -> list[str]:
    """
    Where updates go: to `url`, or with "" nowhere, so that they can be polled; lines as in `menus`.

    With `fix` it is set even if it seems right, since Telegram does not tell which secret it sends.
    """
    told = await ask("getWebhookInfo", {})
    known = told if isinstance(told, dict) else {}
    given = str(known.get("url", ""))
    if not url:
        if given and fix:
            await ask("deleteWebhook", {})
        return ["webhook removed, updates are polled"] if given else []
    wanted = sorted(kinds)
    if fix:
        await ask("setWebhook", {"url": url, "secret_token": secret, "allowed_updates": wanted})
    right = given == url and sorted(known.get("allowed_updates", ())) == wanted
    return [] if right and not fix else [f"webhook: {url}"]


def _said(words: Words, language: str) -> str:
    return words.get(language) or words.get("th", "")
