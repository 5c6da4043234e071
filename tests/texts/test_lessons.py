"""The lessons: short, in plain words, with numbers that are right and a quiz that cannot be guessed by position."""

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import get_args

import pytest
import regex

from tests.texts.test_facts import SITES, assert_in_its_script, numbers_in, promises_in, sites_in
from texts.facts import LANGUAGES
from texts.lesson import Theme, lesson, lessons

IMPORTANT = {1, 4, 7, 10, 13, 16, 18, 19}
"""The lessons that exist in Lao and Khmer too."""

each = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.id)


def every_word(lesson):
    """All that a resident may read of a lesson, in all its languages."""
    quiz = lesson.quiz
    parts = (lesson.title, lesson.text, quiz.question, *quiz.choices, quiz.why)
    return [said for words in parts for said in (words.th, words.en, words.lo, words.km) if said]


def test_the_course_is_complete():
    """Twenty-four lessons, numbered without a gap, every theme taught."""
    assert [lesson.number for lesson in lessons()] == list(range(1, 25))
    assert {lesson.theme for lesson in lessons()} == set(get_args(Theme))


def test_ids_are_used_once_and_find_the_lesson():
    """A lesson is found by its id; an unknown id is an error."""
    assert [lesson(each.id) for each in lessons()] == list(lessons())
    with pytest.raises(KeyError):
        lesson("no such lesson")


@each
def test_tells_where_it_is_from(lesson):
    """Every lesson names its source and the day it was read."""
    assert lesson.source.strip() != ""
    assert type(lesson.verified_on) is date


@each
def test_fits_the_loudspeaker(lesson):
    """At most 300 characters as people count them, so that it can be read aloud in under 45 seconds."""
    for said in (lesson.text.th, lesson.text.lo, lesson.text.km):
        assert len(regex.findall(r"\X", said)) <= 300
    assert len(lesson.text.en) <= 400
    assert "\n" not in lesson.text.th


@each
def test_is_written_in_its_own_script(lesson):
    """Thai in Thai letters, English in Latin ones; Lao and Khmer, where there are any, in theirs."""
    for words in (lesson.title, lesson.text):
        for language in LANGUAGES:
            if getattr(words, language):
                assert_in_its_script(getattr(words, language), language)
    for words in (lesson.quiz.question, *lesson.quiz.choices, lesson.quiz.why):
        assert_in_its_script(words.en, "en")
        assert words.th != ""


@each
def test_numbers_are_right(lesson):
    """Every number in a lesson is a verified line or a figure whose source is known."""
    assert [numbers_in(said).unknown for said in every_word(lesson)] == [[]] * len(every_word(lesson))


@each
def test_promises_nothing(lesson):
    """No lesson says that anything is safe or that anyone stays unknown."""
    assert [promises_in(said) for said in every_word(lesson)] == [[]] * len(every_word(lesson))


@each
def test_no_live_link(lesson):
    """The only addresses in a lesson are those of the police look-up and the fake-news centre."""
    assert {site for said in every_word(lesson) for site in sites_in(said)} <= SITES


@each
def test_quiz_has_one_answer(lesson):
    """Three different choices, one of them right, in both languages."""
    quiz = lesson.quiz

    assert quiz.answer in (0, 1, 2)
    assert len({choice.th for choice in quiz.choices}) == 3
    assert len({choice.en for choice in quiz.choices}) == 3
    assert "\n" not in quiz.why.th


@each
def test_quiz_fits_a_button(lesson):
    """A choice is short enough for a button of either platform, in Thai: 40 characters."""
    assert max(len(regex.findall(r"\X", choice.th)) for choice in lesson.quiz.choices) <= 40


def test_answers_rotate():
    """Each position is right equally often and never twice in a row."""
    answers = [lesson.quiz.answer for lesson in lessons()]

    assert Counter(answers) == {0: 8, 1: 8, 2: 8}
    assert [a for a, b in pairwise(answers) if a == b] == []


@each
def test_lao_and_khmer_wait_for_a_reader(lesson):
    """The eight most important lessons exist in Lao and Khmer, marked as not yet read by a native speaker."""
    there = (bool(lesson.title.lo), bool(lesson.text.lo), bool(lesson.title.km), bool(lesson.text.km))
    important = lesson.number in IMPORTANT

    assert there == (important,) * 4
    assert lesson.needs_review == (("lo", "km") if important else ())
