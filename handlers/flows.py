"""Every guided conversation there is: one line each."""

from handlers.cases import NOTING, REPLYING
from handlers.flow import Flow
from handlers.joining import JOIN
from handlers.own import ADD
from handlers.reports import KINDS
from handlers.residents import HOME
from handlers.telling import ALERT, SCHEDULE

OTHERS = (ADD, HOME, JOIN, NOTING, REPLYING, ALERT, SCHEDULE)
FLOWS: dict[str, Flow] = KINDS | {flow.name: flow for flow in OTHERS}
