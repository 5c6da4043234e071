"""What alerts are held to here, in the terms in which a coordinator is told of it before sending."""

from functools import partial

from alerts.quiet import hours, quiet_until
from alerts.settings import BUBBLE, Settings
from domain.plan import Rules


def rules(settings: Settings) -> Rules:
    """
    The rules of these settings.

    The rates are the paces of single messages: on LINE, where many go in one call, it is done sooner than was said.
    """
    rates = {channel: pace.rate for channel, pace in settings.pace.items() if "." not in channel}
    quiet = partial(quiet_until, hours(settings.quiet_hours))
    return Rules(
        settings.approval_above,
        settings.line_monthly_reserve,
        rates,
        BUBBLE,
        settings.daily_cap,
        quiet,
        answer_minutes=settings.answer_minutes,
        urgent_answer_minutes=settings.urgent_answer_minutes,
    )
