"""Who may be asked to look at a report: the rule for a single volunteer, asked before every ring."""

from domain.contact import Contact
from domain.report import Report


def may_be_asked(volunteer: Contact, report: Report) -> bool:
    """
    Whether a volunteer may be asked to look at a report; `report.reporter` must be given.

    Never at their own, and nobody at a sealed one: what is sensitive, or withheld from the reporter's own tambon, is
    told to volunteers, if at all, as a note (`domain.routing`), and sends nobody out.
    """
    return not report.sealed and volunteer.id != report.reporter
