"""What is found in a text, however it is written."""

import pytest

from checks import find

CASES = [
    ("โทร0812345678ด่วน", ["phone:+66812345678"]),
    ("เบอร์ ๐๘๑ ๒๓๔ ๕๖๗๘ ครับ", ["phone:+66812345678"]),
    ("081.234.5678", ["phone:+66812345678"]),
    ("+66 (0)81-234-5678", ["phone:+66812345678"]),
    ("02-888-8888", ["phone:+6628888888"]),
    ("มีสาย +697 1234 56789 เข้ามา", ["phone:+697123456789"]),
    ("+698 123 456 789", ["phone:+698123456789"]),
    ("+856 20 5555 1234", ["phone:+8562055551234"]),
    ("ໂທ ໐໒໐ ໕໕໕໕ ໑໒໓໔", ["phone:+8562055551234"]),
    ("ទូរស័ព្ទ ០១២ ៣៤៥ ៦៧៨", ["phone:+85512345678"]),
    ("โทร 0812345678-9", ["phone:+66812345678", "phone:+66812345679"]),
    ("ติดต่อ 02-123-4567-8 ในเวลาราชการ", ["phone:+6621234567", "phone:+6621234568"]),
    ("042-821-597-99", ["phone:+6642821597", "phone:+6642821599"]),
    ("081_234_5678", ["phone:+66812345678"]),
    ("ราคา 1500-2000 บาท 12-13 ธ.ค.", []),
    ("สายด่วน1441", ["phone:1441"]),
    ("ราคา 1441 บาท", []),
    ("กด *1185# หลังวางสาย", ["phone:*1185#"]),
    ("พร้อมเพย์ 081-234-5678", ["phone:+66812345678", "promptpay:0812345678"]),
    ("โอนเข้า กสิกร 0812345678", ["account:0812345678", "phone:+66812345678"]),
    ("โอนเข้า กสิกร 081-2-34567-8", ["account:0812345678"]),
    ("โอนเข้า กสิกร 123-4-56789-0", ["account:1234567890"]),
    ("เลขบัตรประชาชน 1-2345-67890-12-3", []),
    ("1" * 40, []),
    ("เข้าเว็บthaichana.asiaเลย", ["domain:thaichana.asia"]),
    ("hxxps://ais-point-th[.]top/x", ["url:https://ais-point-th.top/x", "domain:ais-point-th.top"]),
    ("กดhttps://abc-th.cc/ก่อน", ["domain:abc-th.cc"]),
    ("https://abc-th.comกดเลย", ["domain:abc-th.com"]),
    ("www.การไฟฟ้าสำนักงานใหญ่.com", ["domain:xn--12casy1dc2ba8a2ep2ehdbe40ag4gh0g.com"]),
    ("http://1.2.3.4:8080/a", ["url:https://1.2.3.4:8080/a"]),
    ("a@gmail.com", []),
    ("เวลา 12.30 น. ม.ค.", []),
    ("lin.ee/AbC แอดไลน์ @Bank99", ["line:lin.ee/AbC", "line:@bank99"]),
    ("https://line.me/R/ti/p/%40xyz", ["line:@xyz"]),
    ("https://line.me/ti/p/~Abc_1", ["line:abc_1"]),
    ("ไอดีไลน์ : Somchai_99", ["line:somchai_99"]),
    ("https://t.me/Scam_Bot", ["telegram:scam_bot"]),
    ("เทเลแกรม @Coach88", ["telegram:coach88"]),
    ("https://www.facebook.com/profile.php?id=100012345", ["facebook:id:100012345"]),
    ("โหลด PEA.apk นะ", ["apk:pea.apk"]),
    ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", ["crypto:TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"]),
    ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv9", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:24] for text, _ in CASES])
def test_finds(text: str, expected: list[str]) -> None:
    """Each spelling comes to the one key that everybody's spelling of it shares."""
    assert expected == [indicator.key for indicator in find(text)]


def test_same_link_two_spellings() -> None:
    """Two people's spellings of one page are one indicator: no fragment, no www, no tracking, no scheme."""
    first = find("http://www.bad-shop.com/a?x=1&fbclid=zzz#top")
    second = find("bad-shop[.]com/a?x=1")

    assert [one.key for one in first] == [one.key for one in second]


FORM = "https://docs.google.com/forms/d/e/1FAIpQLSd/viewform"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{FORM}?usp=sf_link", f"{FORM}?usp=send_form"),
        (FORM, f"{FORM}?usp=dialog"),
        ("https://www.facebook.com/share/1ABCdef/?mibextid=wwXIfr", "https://www.facebook.com/share/1ABCdef/"),
        ("https://www.tiktok.com/@a/video/71?_t=ZS-8x&_r=1", "https://www.tiktok.com/@a/video/71"),
        ("https://youtu.be/dQw4w9WgXcQ?si=AbC", "https://youtu.be/dQw4w9WgXcQ"),
        (f"{FORM}?entry.12=081&usp=pp_url", FORM),
        (FORM.replace("/forms/", "/forms/u/1/"), FORM),
        ("https://fund.typeform.com/to/AbC?typeform-source=line.me", "https://fund.typeform.com/to/AbC"),
        ("https://sites.google.com/view/abc/", "https://sites.google.com/view/abc"),
    ],
)
def test_shared_from_two_phones(one: str, other: str) -> None:
    """A page of a shared service is one indicator, whatever the app added when it was passed on."""
    assert [found.key for found in find(one)] == [found.key for found in find(other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "https://forms.office.com/Pages/ResponsePage.aspx?id=AAA",
            "https://forms.office.com/Pages/ResponsePage.aspx?id=BBB",
        ),
        ("https://docs.google.com/uc?id=AAA", "https://docs.google.com/uc?id=BBB"),
        ("https://www.youtube.com/watch?v=AAA", "https://www.youtube.com/watch?v=BBB"),
        ("https://www.jotform.com/form.php?formID=1", "https://www.jotform.com/form.php?formID=2"),
    ],
)
def test_another_form_is_another(one: str, other: str) -> None:
    """Where the query says which form or page it is, one never speaks for another."""
    assert {found.key for found in find(one)}.isdisjoint(found.key for found in find(other))


def test_shared_service_is_no_indicator() -> None:
    """One page of Facebook or a shortener never makes the whole service an indicator."""
    keys = [one.key for one in find("https://www.facebook.com/some.page https://bit.ly/3abc")]

    assert ["facebook:some.page", "url:https://bit.ly/3abc"] == keys


def test_at_most_fifty() -> None:
    """A message with a thousand links gives fifty indicators, not a thousand."""
    assert len(find(" ".join(f"https://bad{n}.example.com/x" for n in range(1000)))) == 50
