"""Every guided conversation there is: one line each."""

from handlers.blocking import APPEAL, BLOCK
from handlers.cases import NOTING, REPLYING
from handlers.composing import ALERT
from handlers.flow import Flow
from handlers.following import ALLCLEAR, UPDATE
from handlers.going import DRILL
from handlers.joining import JOIN
from handlers.opening import OPENING
from handlers.own import ADD
from handlers.reports import KINDS
from handlers.residents import HOME
from handlers.takeover import TAKEOVER
from handlers.timetable import SCHEDULE

OTHERS = (ADD, HOME, JOIN, NOTING, REPLYING, OPENING, ALERT, UPDATE, ALLCLEAR, SCHEDULE, TAKEOVER, BLOCK, APPEAL, DRILL)
FLOWS: dict[str, Flow] = KINDS | {flow.name: flow for flow in OTHERS}
