"""Logs: ids and states as key=value, never a word anybody wrote and never a token."""

import logging
import sys

import structlog


def set_up(level: str = "INFO") -> None:
    """
    Send our logs to standard error, one line each.

    `level` is for what we say ourselves. Libraries are heard from a warning on, whatever the level: below it httpx
    tells addresses that hold the bot's token, and aiosqlite each statement with the words that go into it.
    """
    logging.basicConfig(level="WARNING", format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    structlog.configure(
        processors=PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def _without_words(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An exception is logged by its kind and where it arose; its message could quote what someone wrote."""
    error = event.pop("exc_info", None)
    found = sys.exc_info()[1] if error is True else error
    if isinstance(found, BaseException):
        event["error"] = type(found).__name__
        trace = found.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        if trace:
            event["where"] = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
    return event


def _on_one_line(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Nothing that came from outside ends a line, begins another, or speaks to the terminal it is read on."""
    for name, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            event[name] = "".join(each if each.isprintable() else "?" for each in value)
    return event


PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _without_words,
    _on_one_line,
    structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
]
"""From what is said to a line of a log."""
