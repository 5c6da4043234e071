"""Typed words: the label of a button and the word of a command mean what pressing them means."""

from datetime import UTC, datetime

import pytest

from domain.message import Address, Button, Content, Incoming, Place, Press, Text
from texts import LANGUAGES, load, understand

SAID = load()
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BUTTONS = (Button("✅ ส่งเลย", "a1:check:send"), Button("ยกเลิก", "a1:check:cancel"))


def typed(content: Content | str, *languages: str) -> Content:
    """What is understood of this by someone whose own language is the first of these."""
    content = Text(content) if isinstance(content, str) else content
    incoming = Incoming("1", "1", Address("web", "me"), NOW, content)
    return understand(incoming, BUTTONS, [SAID[code] for code in languages or LANGUAGES]).content


@pytest.mark.parametrize("words", ["✅ ส่งเลย", " ✅  ส่งเลย ", "ส่งเลย", "\u200b✅ ส่งเลย"])
def test_a_typed_label_is_the_button(words: str) -> None:
    """People without buttons press one by typing its words, with or without the picture in front."""
    assert Press("a1:check:send") == typed(words)


def test_a_button_wins_over_a_command() -> None:
    """“ยกเลิก” on a button cancels what the button cancels."""
    assert Press("a1:check:cancel") == typed("ยกเลิก")


@pytest.mark.parametrize(
    ("words", "token"),
    [
        ("แจ้งเรื่อง", "/report"),
        ("รายงาน", "/report"),
        ("Report", "/report"),
        ("ລາຍງານ", "/report"),
        ("រាយការណ៍", "/report"),
        ("เบอร์ฉุกเฉิน", "/hotlines"),
        ("emergency  numbers", "/hotlines"),
        ("ເບີສຸກເສີນ", "/hotlines"),
        ("លេខបន្ទាន់", "/hotlines"),
        ("/สถานะ 482913 ปิด", "/status 482913 ปิด"),
        ("/status@rimkhong_bot 482913 closed", "/status 482913 closed"),
        ("／ตอบ 482913 ขอบคุณ", "/reply 482913 ขอบคุณ"),
        ("/เชิญ volunteer เชียงคาน", "/invite volunteer เชียงคาน"),
        ("/ຊ່ວຍເຫຼືອ", "/help"),
        ("/ជំនួយ", "/help"),
        ("/nosuch thing", "/nosuch thing"),
        ("ออกเวร", "/duty off"),
        ("/เข้าเวร", "/duty on"),
        ("/เข้าเวร ศุกร์ 18-24", "/duty ศุกร์ 18-24"),
        ("/", "/help"),
    ],
)
@pytest.mark.parametrize("own", LANGUAGES)
def test_a_command_may_be_typed_in_any_language(words: str, token: str, own: str) -> None:
    """Bare or with a slash, whichever language is one's own; what follows the slash's word is kept as it was typed."""
    assert Press(token) == typed(words, own, *(code for code in LANGUAGES if code != own))


@pytest.mark.parametrize(
    "content",
    [
        Text("มีคนโทรมาบอกให้แจ้งความ รายงาน ตรวจสอบบัญชี แล้วให้โอนเงินไปตรวจสอบก่อน ทำยังไงดี"),
        Text("รายงาน " * 20),
        Text("แจ้งเรื่องน้ำท่วม"),
        Place(17.9, 101.7),
        Press("a1:check:send"),
    ],
)
def test_an_account_is_never_a_command(content: Content) -> None:
    """A long text, a text that only holds a command's word, and what is not text stay what they are."""
    assert content == typed(content)


def test_staff_words_typed_bare_by_a_resident_are_just_words() -> None:
    """ "ใคร" is a coordinator's command; from anybody else it is a question to be answered like any other."""
    said = Incoming("1", "1", Address("web", "me"), NOW, Text("ใคร"))

    assert said == understand(said, (), [SAID["th"]], ("report", "help"))
    assert Press("/who", "ใคร") == understand(said, (), [SAID["th"]], ("who",)).content
