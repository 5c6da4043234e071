"""The kinds of report people can make: one file a family, one line a kind here."""

from handlers.flow import Flow
from handlers.reports.border import BORDER, CROSSING
from handlers.reports.money import MONEY, MULE
from handlers.reports.people import DRUGS, OFFICIAL, TRAFFICKING
from handlers.reports.scams import APP, CALL, FAKE, LINK, MESSAGE
from handlers.reports.something import OTHER

KINDS: dict[str, Flow] = {
    flow.name: flow
    for flow in (LINK, CALL, MESSAGE, APP, FAKE, MONEY, MULE, TRAFFICKING, DRUGS, CROSSING, BORDER, OFFICIAL, OTHER)
}
"""In the order the menu shows them."""
