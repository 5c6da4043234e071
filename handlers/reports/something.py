"""Whatever has no kind of its own."""

from handlers.filing import PHOTO, WHERE, WORDS, report

OTHER = report("other", WORDS, WHERE, PHOTO, outdoors=True)
