"""Every guided conversation there is: one line each."""

from handlers.flow import Flow
from handlers.reports import KINDS
from handlers.residents import ADD
from handlers.telling import ALERT, SCHEDULE

FLOWS: dict[str, Flow] = {**KINDS, ADD.name: ADD, ALERT.name: ALERT, SCHEDULE.name: SCHEDULE}
