"""Reading the settings: the file, then the environment over it; and what is said of every mistake in them."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError
from rapidfuzz import fuzz, process

from bot.config import PREFIX, BadConfig, Config, keys


def load_config(path: str | Path | None = None) -> Config:
    """
    Read the file (none: `config.toml` if it is there), then the environment over it.

    Raises BadConfig with every mistake on a line of its own, an unknown key with the nearest known one.
    """
    told: dict[str, Any] = {}
    file = Path(path) if path else Path("config.toml")
    if path or file.exists():
        try:
            told = tomllib.loads(file.read_text("utf-8"))
        except OSError as error:
            raise BadConfig(f"cannot read {file}: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadConfig(f"{file} is no valid TOML: {error}") from error
    problems = [*_strangers(told), *_stray_environment()]
    if problems:
        raise BadConfig("\n".join(problems))
    try:
        config = Config(**told)
    except ValidationError as error:
        raise BadConfig("\n".join(_mistakes(error))) from error
    except SettingsError as error:
        raise BadConfig(_no_list()) from error
    _together(config)
    return config


def _strangers(told: dict[str, Any]) -> Iterator[str]:
    """Keys of the file that nobody knows."""
    known: dict[str, list[str]] = {}
    for section, name, _, _ in keys():
        known.setdefault(section, []).append(name)
    for section, values in told.items():
        if section not in known:
            yield f"unknown section [{section}]{_perhaps(section, list(known), '[{}]')}"
        elif not isinstance(values, dict):
            yield f"[{section}] must be a section of settings"
        else:
            for name in values:
                if name not in known[section]:
                    yield f"unknown key {section}.{name}{_perhaps(name, known[section], section + '.{}')}"


def _stray_environment() -> Iterator[str]:
    """A misspelt environment variable would otherwise be passed over in silence."""
    known = [f"{PREFIX}{section}__{name}".upper() for section, name, _, _ in keys()]
    for name in os.environ:
        typed = name.upper().removesuffix("__FILE")
        if name.upper().startswith(PREFIX) and typed not in known:
            yield f"unknown environment variable {name}{_perhaps(typed, known, '{}' + name[len(typed) :])}"


def _no_list() -> str:
    """What is said of a variable that should be JSON, and is none: which of those that are set that may be."""
    lists = {f"{PREFIX}{section}__{name}".upper() for section, name, default, _ in keys() if isinstance(default, tuple)}
    named = sorted(name for name in os.environ if name.upper() in lists)
    return f"""{" or ".join(named)}: a list stands in the environment as JSON, such as '["42", "4203"]'"""


def _perhaps(typed: str, known: list[str], shape: str) -> str:
    near = process.extractOne(typed, known, scorer=fuzz.ratio)
    return f"; did you mean {shape.format(near[0])}?" if near else ""


def _mistakes(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_input=False, include_url=False):
        yield f"{'.'.join(str(part) for part in one['loc'])}: {one['msg'].removeprefix('Value error, ')}"


def _together(config: Config) -> None:
    """What is only wrong in combination."""
    problems = []
    line, telegram = config.line, config.telegram
    if line.wanted and not (line.channel_secret.get_secret_value() and line.channel_access_token.get_secret_value()):
        problems.append("LINE needs both line.channel_secret and line.channel_access_token")
    if telegram.wanted and telegram.mode == "webhook":
        if not telegram.webhook_secret.get_secret_value():
            problems.append("telegram.mode = webhook needs telegram.webhook_secret")
        if not config.web.public_url:
            problems.append("telegram.mode = webhook needs web.public_url")
    if problems:
        raise BadConfig("\n".join(problems))
