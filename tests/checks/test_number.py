"""Verdicts on numbers and accounts."""

import pytest

from checks import Known, Standing, judge_number


@pytest.mark.parametrize(
    ("number", "word", "key"),
    [
        ("+697 1234 5678", "suspicious", "number.overseas_internet"),
        ("+698 123 45678", "suspicious", "number.roaming"),
        ("1441", "unknown", "number.official_may_be_faked"),
        ("๑๔๔๑", "unknown", "number.official_may_be_faked"),
        ("+856 20 5555 1234", "unknown", "number.neighbour"),
        ("+855 12 345 678", "unknown", "number.neighbour"),
        ("hello", "unknown", "number.not_a_number"),
        ("9" * 40, "unknown", "number.not_a_number"),
    ],
)
def test_prefixes(number: str, word: str, key: str) -> None:
    """Overseas call routes are suspicious; a neighbour's country code alone never is; real numbers can be faked."""
    verdict = judge_number(number)

    assert (word, key) == (verdict.word, verdict.reasons[0].key)


def test_plain_mobile() -> None:
    """Nothing is known of an ordinary mobile number."""
    verdict = judge_number("081-234-5678")

    assert ("unknown", (), "phone:+66812345678") == (verdict.word, verdict.reasons, verdict.indicators[0].key)


def test_confirmed_account() -> None:
    """An account that a coordinator confirmed is dangerous however it is written."""
    known = Known({"account:1234567890": Standing("dangerous", "", 5, 3)})

    assert "dangerous" == judge_number("123-4-56789-0", known).word
