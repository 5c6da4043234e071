"""Configuration: one TOML file, then the environment, secrets from files too; an unknown key is an error that helps."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "RIMKHONG_"
CENTURY = 36_500
"""Days: what is kept for longer is kept for ever, and no calendar goes back as far as some would write for that."""


class BadConfig(Exception):
    """Something the operator must mend; the message says what and how."""


def from_file(value: Any) -> Any:
    """A secret may be `{ file = "/run/secrets/line" }`: its first line is the secret."""
    if not (isinstance(value, dict) and set(value) == {"file"}):
        return value
    file = Path(str(value["file"]))
    try:
        lines = file.read_text("utf-8").strip().splitlines()
    except OSError as error:
        raise ValueError(f"cannot read the secret's file {file}: {error.strerror}") from error
    except ValueError:
        raise ValueError(f"the secret's file {file} is no text") from None
    if not lines:
        raise ValueError(f"the secret's file {file} is empty")
    return lines[0].strip()


Secret = Annotated[SecretStr, BeforeValidator(from_file)]
EMPTY = SecretStr("")


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Operator(Section):
    """Who runs this deployment; shown in the first message everybody gets."""

    name: str = Field(
        default="ผู้ทดลองใช้ (ยังไม่ได้ตั้งชื่อผู้ดูแล)", max_length=120, description="who runs this, in residents' words"
    )
    contact: str = Field(default="", max_length=200, description="how to reach them")


class Storage(Section):
    url: str = Field(default="sqlite:///data/rimkhong.db", description="sqlite:///path or postgresql://user@host/db")

    @field_validator("url")
    @classmethod
    def known(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "sqlite+aiosqlite:///", "postgresql://", "postgresql+asyncpg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if url.startswith("sqlite") and url.partition(":///")[2] in ("", ":memory:"):
            raise ValueError("must name a file: sqlite:///data/rimkhong.db")
        if url.startswith("postgresql"):
            cls.readable(url)
        return url

    @staticmethod
    def readable(url: str) -> None:
        """Raises ValueError, without the password."""
        from sqlalchemy import make_url  # noqa: PLC0415 - a third of a second, for who needs it soon anyway
        from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

        try:
            make_url(url)
        except (ValueError, ArgumentError):
            raise ValueError("cannot be read; it is postgresql://user:password@host:5432/database") from None


class Web(Section):
    host: str = Field(default="127.0.0.1", description="the address to listen on")
    port: int = Field(default=8080, ge=0, le=65535, description="the port to listen on; 0 takes a free one")
    public_url: str = Field(default="", description="the https address LINE and Telegram reach us under")
    playground: Literal["auto", "on", "off"] = Field(
        default="auto", description="auto: only while no LINE or Telegram is configured; on: always; off: never"
    )
    playground_remote: bool = Field(
        default=False, description="let other computers open the playground (a training room)"
    )

    @field_validator("public_url")
    @classmethod
    def whole(cls, url: str) -> str:
        if url and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", url):
            raise ValueError('must look like "https://bot.example.org"')
        return url


class Line(Section):
    channel_secret: Secret = Field(default=EMPTY, description="from the LINE Developers console")
    channel_access_token: Secret = Field(default=EMPTY, description="from the LINE Developers console")
    api_base: str = Field(default="https://api.line.me", description="another server that speaks LINE's API")
    api_data_base: str = Field(default="https://api-data.line.me", description="the same, for content")

    @property
    def wanted(self) -> bool:
        return bool(self.channel_secret.get_secret_value() or self.channel_access_token.get_secret_value())


class Telegram(Section):
    token: Secret = Field(default=EMPTY, description="from @BotFather")
    mode: Literal["webhook", "polling"] = Field(default="polling", description="webhook needs web.public_url")
    webhook_secret: Secret = Field(default=EMPTY, description="1-256 of A-Z a-z 0-9 _ -")
    api_base: str = Field(default="https://api.telegram.org", description="another server that speaks the Bot API")

    @property
    def wanted(self) -> bool:
        return bool(self.token.get_secret_value())

    @field_validator("webhook_secret")
    @classmethod
    def plain(cls, secret: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret.get_secret_value()):
            raise ValueError("may only hold letters, digits, _ and -, at most 256")
        return secret


class Areas(Section):
    served: tuple[str, ...] = Field(
        default=(), description="DOPA codes: 2 digits a province, 4 a district; empty: everywhere"
    )

    @field_validator("served")
    @classmethod
    def codes(cls, served: tuple[str, ...]) -> tuple[str, ...]:
        from texts.places import place  # noqa: PLC0415 - the names of all places, only for who has some here

        for code in served:
            if not re.fullmatch(r"([0-9]{2}){1,4}", code):
                raise ValueError(f"{code!r} is no DOPA code: 2 digits a province, 4 a district, 6 a tambon")
            if place(code) is None:
                raise ValueError(f"{code!r} is no place we know: 42 is Loei, 4203 Chiang Khan")
        return served


class Alerts(Section):
    quiet_hours: str = Field(
        default="21:00-06:00", description="when routine messages wait, Asia/Bangkok; empty: never"
    )
    daily_cap: int = Field(
        default=3, ge=0, description="awareness messages one person gets a day at most; 0: any number"
    )
    line_monthly_reserve: int = Field(default=100, ge=0, description="LINE messages kept back for urgent alerts")
    digest_hour: Annotated[int, Field(ge=0, le=23)] | Literal[""] = Field(
        default=7, description="when those who serve get the morning's summary, an hour in Asia/Bangkok; empty: never"
    )
    approval_above: int = Field(
        default=50,
        ge=0,
        description="an alert to more people than this needs a second coordinator's word; 0: every alert",
    )
    answer_minutes: int = Field(
        default=10, ge=1, le=240, description="how long volunteers asked to look have to answer before others are asked"
    )
    urgent_answer_minutes: int = Field(default=3, ge=1, le=240, description="the same where it is urgent")
    canary: tuple[str, ...] = Field(
        default=(), description='whom a test message reaches every day, such as "line:U…" or "telegram:123"; empty: off'
    )

    @field_validator("canary")
    @classmethod
    def addresses(cls, told: tuple[str, ...]) -> tuple[str, ...]:
        for one in told:
            if not re.fullmatch(r"(line|telegram):\S{1,80}", one):
                raise ValueError(f'{one!r} must look like "line:U0123…" or "telegram:123456"')
        return told

    @field_validator("quiet_hours")
    @classmethod
    def hours(cls, words: str) -> str:
        if words and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", words):
            raise ValueError('must look like "21:00-06:00"')
        return words


class Limits(Section):
    messages: int = Field(
        default=600, ge=0, description="messages one person may send at once; 0: no limits per person, for measuring"
    )
    new_account_hours: int = Field(
        default=6, ge=0, le=168, description="how long nobody is asked to go and look by the word of somebody new alone"
    )
    flood: int = Field(
        default=200,
        ge=1,
        description="reports an hour from one district above which coordinators hear of them together",
    )


class Media(Section):
    max_bytes: int = Field(default=10_000_000, ge=1000, description="the largest photo, voice or file that is kept")


class ListSource(Section):
    """One list of dangerous links or numbers that `rimkhong lists update` fetches."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$", description="what residents see as its source")
    url: str = Field(pattern=r"^https://", description="where it is fetched from; only https")
    format: Literal["auto", "plain", "csv", "hosts", "adblock", "misp", "stix"] = "auto"
    licence: str = Field(default="", max_length=200, description="under which it may be used")


class Lists(Section):
    folder: str = Field(default="data/lists", description="where the tables of imported lists of dangerous links lie")
    sources: tuple[ListSource, ...] = Field(
        default=(), description="what `rimkhong lists update` fetches: { name, url, format, licence } each"
    )


class Retention(Section):
    asked: int = Field(default=30, ge=1, le=30, description="days we know that somebody asked about a link or number")
    reports: int = Field(
        default=180,
        ge=1,
        le=CENTURY,
        description="days after which a report nobody touched loses who made it, and its words",
    )
    sensitive: int = Field(
        default=90, ge=1, le=CENTURY, description="days after closing a sensitive report loses who made it"
    )
    audit: int = Field(default=730, ge=90, le=CENTURY, description="days the audit log goes back")


class Backup(Section):
    passphrase: Secret = Field(default=EMPTY, description="what backups are encrypted under: at least 12 characters")

    @field_validator("passphrase")
    @classmethod
    def long(cls, passphrase: SecretStr) -> SecretStr:
        if 0 < len(passphrase.get_secret_value()) < 12:
            raise ValueError("must have at least 12 characters; five words are easier to keep than signs")
        return passphrase


FILE = "file:"


def named_file(value: Any) -> Any:
    """The sealing key's file is remembered, not read: it may be written anew, and its rights are looked at."""
    return f"{FILE}{value['file']}" if isinstance(value, dict) and set(value) == {"file"} else value


class Sealing(Section):
    key: Annotated[SecretStr, BeforeValidator(named_file)] = Field(
        default=EMPTY, description="what sealed reports are encrypted under; empty: a key file beside the database"
    )

    @field_validator("key")
    @classmethod
    def keys(cls, key: SecretStr) -> SecretStr:
        from storage.keys import KeyTrouble, parts  # noqa: PLC0415 - loading the database costs a third of a second

        try:
            if not key.get_secret_value().startswith(FILE):
                parts(key.get_secret_value())
        except KeyTrouble as error:
            raise ValueError(str(error)) from None
        return key

    @property
    def file(self) -> str:
        """The file it was said to lie in, "" for a key that was given itself."""
        value = self.key.get_secret_value()
        return value.removeprefix(FILE) if value.startswith(FILE) else ""


class Config(BaseSettings):
    """Everything that can be configured, with what it is when nobody says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    operator: Operator = Operator()
    storage: Storage = Storage()
    web: Web = Web()
    line: Line = Line()
    telegram: Telegram = Telegram()
    areas: Areas = Areas()
    alerts: Alerts = Alerts()
    limits: Limits = Limits()
    media: Media = Media()
    lists: Lists = Lists()
    retention: Retention = Retention()
    backup: Backup = Backup()
    sealing: Sealing = Sealing()

    @property
    def playground(self) -> bool:
        """Whether it is open. `auto` opens it only where nobody real can be waiting for an answer."""
        alone = not (self.line.wanted or self.telegram.wanted)
        return self.web.playground == "on" or (self.web.playground == "auto" and alone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def keys() -> Iterator[tuple[str, str, Any, str]]:
    """Every setting: section, name, default and what it is; the README's table and the example are held to this."""
    for section, field in Config.model_fields.items():
        kind: Any = field.annotation
        for name, one in kind.model_fields.items():
            default = one.default.get_secret_value() if isinstance(one.default, SecretStr) else one.default
            yield section, name, default, one.description or ""
