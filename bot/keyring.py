"""Where the sealing key comes from: the configuration, or a file beside the database, made at the first start."""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url

from bot.config import Config
from storage.keys import Keys, KeyTrouble, fresh, parts, written

FOLDER = Path("data")
"""Where the default database lies, and what belongs beside it."""
SUFFIX = ".key"
PRIVATE = 0o600
OTHERS = 0o077
"""Rights on a file of anybody but its owner."""


def keys_from(config: Config) -> Keys:
    """The keys this configuration names; nothing is read or made before they are used."""
    value, file = config.sealing.key.get_secret_value(), key_file(config)
    if value and file is None:
        return Keys(lambda: parts(value))
    if file is None:
        return Keys(_none)
    return Keys(lambda: read_file(file), lambda: _stamp(file))


def key_file(config: Config) -> Path | None:
    """
    The file the key is in; None where the key itself is in the configuration.

    Where nothing is said it is `rimkhong.key` beside `rimkhong.db`, and for PostgreSQL one named like the database in
    the folder where that file would be: all processes of one machine find it. Several machines need `sealing.key`.
    """
    if config.sealing.file:
        return Path(config.sealing.file)
    if config.sealing.key.get_secret_value():
        return None
    url = make_url(config.storage.url)
    if url.get_backend_name() != "sqlite":
        return FOLDER / Path(url.database or "rimkhong").with_suffix(SUFFIX).name
    return Path(url.database).with_suffix(SUFFIX) if url.database else None


def _none() -> list[bytes]:
    raise KeyTrouble(
        "sealing.key is not set, and a database in memory has no folder to keep one in: make one with "
        "`rimkhong keys new FILE`, and set sealing.key = { file = FILE }"
    )


def read_file(file: Path) -> list[bytes]:
    """The keys in a file, one a line, the one that seals first. Raises KeyTrouble, with the remedy."""
    try:
        if file.stat().st_mode & OTHERS:
            raise KeyTrouble(f"the sealing key {file} can be read by others: chmod 600 {file}")
        keys = parts(file.read_text("ascii"))
    except OSError as error:
        raise KeyTrouble(
            f"the sealing key {file} cannot be read ({error.strerror}); put its copy back there"
        ) from error
    except UnicodeDecodeError:
        keys = []
    if not keys:
        raise KeyTrouble(f"the sealing key {file} holds no key; put its copy back there")
    return keys


def _stamp(file: Path) -> object:
    """What changes when the file does."""
    with suppress(OSError):
        found = file.stat()
        return found.st_mtime_ns, found.st_ino, found.st_mode
    return None


def write_file(file: Path, keys: Sequence[bytes], *, new: bool = False) -> None:
    """
    Write keys into a private file, whole or not at all; `new` never replaces one that is there.

    Raises FileExistsError then, and OSError where it cannot be written.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "w") as out:
            out.write("".join(f"{written(key)}\n" for key in keys))
            out.flush()
            os.fsync(out.fileno())
        if new:
            os.link(part, file)
        else:
            os.replace(part, file)
        folder = os.open(file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def make_first(config: Config, *, needed: bool) -> bool:
    """
    Make the key file where none is named and none is there: whether it was made now.

    Not when sealed reports are there already (`needed`): a new key would only hide that theirs is lost.
    """
    file = key_file(config)
    if file is None or config.sealing.file or file.exists():
        return False
    if needed:
        raise KeyTrouble(f"there are sealed reports, and their key {file} is gone: put its copy back there")
    try:
        write_file(file, [fresh()], new=True)
    except FileExistsError:  # another process was first
        return False
    except OSError as error:
        raise KeyTrouble(
            f"the sealing key cannot be kept in {file} ({error.strerror}): make one elsewhere with "
            "`rimkhong keys new FILE`, and set sealing.key = { file = FILE }"
        ) from error
    return True
