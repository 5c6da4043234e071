"""Reports as a spreadsheet file, without anything about who made them, and without the words of sealed ones."""

import csv
import io
from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage.tables import reports

COLUMNS = ("number", "at", "kind", "status", "area", "urgent", "sensitive", "text")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
PAGE = 500


def spreadsheet(connection: Connection, ids: Sequence[str], *, first: bool = True) -> bytes:
    """
    CSV in UTF-8 with a byte-order mark, so that Excel shows Thai; times are ISO 8601 UTC.

    Without `first`, only the lines: for a file that is written a page at a time.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    if first:
        writer.writerow(COLUMNS)
    for start in range(0, len(ids), PAGE):
        some = select(reports).where(reports.c.id.in_(ids[start : start + PAGE])).order_by(reports.c.at.desc())
        for row in connection.execute(some):
            at = row.at.isoformat(timespec="minutes")
            cells = (row.number, at, row.kind, row.status, row.area, row.urgent, row.sensitive, row.text)
            writer.writerow([harmless(cell) for cell in cells])
    return ("\ufeff" if first else "").encode() + file.getvalue().encode()


def harmless(cell: object) -> object:
    """A cell that no spreadsheet runs."""
    risky = isinstance(cell, str) and (cell.startswith(DANGEROUS) or cell.lstrip().startswith(DANGEROUS))
    return f"'{cell}" if risky else cell
