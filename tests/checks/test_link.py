"""Verdicts on links."""

import pytest

from checks import Known, Standing, judge_link
from domain.verdict import Verdict

SUSPICIOUS = [
    "https://pea-refund.cc/PEA.apk",
    "thailandpost-th[.]top/pay",
    "www.การไฟฟ้าสำนักงานใหญ่.com",
    "http://kbank.co.th@evil.cc/x",
    "kbank.example.cc",
    "http://1.2.3.4/x",
    "https://bit.ly/abc123",
    "раypal.com",
    "xn--80ak6aa92e-login.top/verify",
    "https://login.microsoftonline.com.session-auth.click/signin",
    "https://myaccount.weebly.com",
    "http://th-gov.vip",
    "https://garden.org/wp-includes/js/bank/login.php",
    "https://lucky.duckdns.org/",
    "hxxp://bwdt9[.]cc/",
]
CALM = [
    "https://google.com",
    "https://amazon.de",
    "https://github.io",
    "https://gov.uk",
    "https://kasikornbank.com",
    "https://track.thailandpost.co.th/?code=TH123",
    "https://www.rd.go.th/login",
    "เช็กก่อน.com",
    "ไทยชนะ.com",
    "โรงเรียนบ้านนาอ้อ.ไทย",
    "ตลาดนัดเชียงคาน.com",
    "http://กระทรวงการคลัง.ไทย",
    "https://ร้านป้าแดง.เชียงคานพาเที่ยวริมโขง.com/เมนู",
    "https://zoom.us/j/123456789",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://maps.app.goo.gl/AbCdEf123",
    "https://www.thairath.co.th/news/local/2700000",
    "https://www.kasikornleasing.com/th/login",
]


@pytest.mark.parametrize("url", SUSPICIOUS)
def test_suspicious(url: str) -> None:
    """The shapes that traps come in are at least suspicious, and the verdict says why."""
    verdict = judge_link(url)

    assert verdict.word in ("suspicious", "dangerous")
    assert verdict.reasons


@pytest.mark.parametrize("url", CALM)
def test_nothing_known(url: str) -> None:
    """Real institutions, great services and honest Thai-letter domains are left alone."""
    assert "unknown" == judge_link(url).word


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://สมัครรับเงินคืน-การไฟฟ้า.com/login", "สมัครรับเงินคืน-การไฟฟ้า.com"),
        ("https://раypal.com", "xn--ypal-43d9g.com"),
    ],
)
def test_a_name_is_shown_as_people_read_it(url: str, shown: str) -> None:
    """Thai letters are shown as Thai letters; letters that only look like Latin ones are not."""
    assert shown in [reason.params.get("host") for reason in judge_link(url).reasons]


def test_listed() -> None:
    """A domain of an imported list is dangerous, and the list is named."""
    verdict = judge_link("https://bad.example/x", Known(table=lambda host: "CERT" if host == "bad.example" else ""))

    assert "dangerous" == verdict.word
    assert ("link.listed", {"source": "CERT"}) == (verdict.reasons[0].key, dict(verdict.reasons[0].params))


def test_confirmed_and_cleared() -> None:
    """A coordinator's word decides: confirmed is dangerous, cleared is unknown whatever it looks like."""
    url = "https://pea-refund.cc/a"
    confirmed = judge_link(url, Known({"domain:pea-refund.cc": Standing("dangerous")}))
    cleared = judge_link(url, Known({"domain:pea-refund.cc": Standing("cleared")}))

    assert ("dangerous", "link.confirmed") == (confirmed.word, confirmed.reasons[0].key)
    assert ("unknown", "link.cleared") == (cleared.word, cleared.reasons[0].key)


def test_reports_count() -> None:
    """Reports of several neighbours raise an unknown link to suspicious and are told."""
    verdict = judge_link("https://plain-shop.com", Known({"domain:plain-shop.com": Standing("", "", 14, 7)}))

    assert "suspicious" == verdict.word
    assert {"people": 14, "days": 7} == dict(verdict.reasons[0].params)


def test_few_reports_do_not_count() -> None:
    """One or two reports change nothing and are not told, so that nobody can be pointed at."""
    assert (
        "unknown" == judge_link("https://plain-shop.com", Known({"domain:plain-shop.com": Standing("", "", 2, 7)})).word
    )


@pytest.mark.parametrize(
    "nonsense", ["", " ", "http://", "xn--", "http://xn--a", "\x00", "://", "9" * 40, "[::1", "ก" * 9000]
)
def test_nonsense(nonsense: str) -> None:
    """What is no link gets a verdict of nothing known, never an error."""
    assert isinstance(judge_link(nonsense), Verdict)
