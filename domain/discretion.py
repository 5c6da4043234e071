"""Who may be told of one report: the rule for a single volunteer, asked before every word that leaves to them."""

from domain.contact import Contact, inside
from domain.report import Report

TAMBON = 6
"""Digits of a tambon's code."""


def may_be_told(volunteer: Contact, report: Report, home: str) -> bool:
    """
    Whether a volunteer may be told of a report at all, in the few words that volunteers are told.

    Never of what is sensitive, and never of their own. Of what its reporter withheld, nobody of their own tambon
    hears, nor who serves all around it, nor anybody when we do not know where that is. `home` is where the reporter
    lives, "" for unknown; `report.reporter` must be given.
    """
    if report.sensitive or volunteer.id == report.reporter:
        return False
    if not report.withheld:
        return True
    own, serves = home[:TAMBON], volunteer.area[:TAMBON]
    return len(own) == TAMBON and len(serves) == TAMBON and not inside(serves, own)
