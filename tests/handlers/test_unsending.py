"""Which answer a message became, and what is left when it is taken back."""

from datetime import UTC, datetime

from domain.message import Address, Incoming, Text
from handlers.flow import MEDIA
from handlers.unsending import FROM, files_of, noted, without


def message(id: str) -> Incoming:
    return Incoming(id, id, Address("web", "ann"), datetime(2026, 11, 22, tzinfo=UTC), Text(""), message=id)


def test_what_a_message_told_leaves_with_it() -> None:
    """An answer goes whole; of what was said beside the questions only that message's part."""
    answers = noted({"words": "one", "more": "two\nthree"}, message("m1"), "words", "one")
    answers = noted(noted(answers, message("m2"), "more", "two"), message("m3"), "more", "three")

    left = without(without(answers, "m1"), "m2")
    assert ({"more": "three"}, {}) == ({name: left[name] for name in left if name != FROM}, without(left, "m3"))


def test_a_later_answer_stays() -> None:
    """What was told anew since is not what the first message said."""
    answers = noted({"words": "one"}, message("m1"), "words", "one") | {"words": "better"}

    assert {"words": "better"} == without(answers, "m1")


def test_a_file_leaves_with_its_words_and_its_question_is_open_again() -> None:
    """A photo with a caption made two answers; both go, and no file is counted that is no more."""
    answers = noted({MEDIA: ["f1"], "more": "boat", "media": "given"}, message("m1"), MEDIA, "f1")
    answers = noted(answers, message("m1"), "more", "boat")

    assert (("m1",), {}) == (files_of(answers), without(answers, "m1"))
