"""Lists of dangerous links and numbers: in all or not at all, and fetched with care."""

import hashlib
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.downloading import LARGEST, NotFetched, download, public
from bot.lists import Imported, Origin, Rejected, drop_list, import_list, named
from bot.tables import Tables
from checks import Known, Standing, judge
from checks.lists import Skipped
from domain.verdict import Indicator
from storage import audit
from storage.lists import all_lists
from storage.standing import standings
from storage.store import Store
from storage.tables_lists import list_entries
from tests.storage.village import NOW

PHONE = Indicator("phone", "+66812345678")
PLAIN = b"# ours\nevil.cc\nhttps://odd.cc/a/b\n081-234-5678\n"


async def imported(store: Store, folder: Path, data: bytes, name: str = "thai", **more: Any) -> Imported:
    return await import_list(store, folder, Origin(name, **more), data, "test", NOW)


async def phone(store: Store) -> Standing | None:
    return (await store.read(lambda c: standings(c, [PHONE], NOW))).get(PHONE.key)


# --- importing ---


async def test_an_import_keeps_where_it_came_from(store: Store, tmp_path: Path) -> None:
    """Name, source, licence, when, how much, a digest of the file, and a line in the audit."""
    await imported(store, tmp_path, PLAIN, licence="CC0", source="https://example.org/list")

    (row,) = await store.read(all_lists)
    assert (row.name, row.source, row.licence, row.format) == ("thai", "https://example.org/list", "CC0", "plain")
    assert (row.entries, row.domains, row.skipped, row.by, row.imported_at) == (3, 1, 0, "test", NOW)
    assert row.sha256 == hashlib.sha256(PLAIN).hexdigest()
    assert await store.read(lambda c: audit.trail(c, "thai")) == [(NOW, "test", "list")]


async def test_domains_go_into_the_table_and_the_rest_into_the_database(store: Store, tmp_path: Path) -> None:
    """Both say the list's name, and a verdict with it is dangerous."""
    await imported(store, tmp_path, PLAIN)
    page = Indicator("url", "https://odd.cc/a/b")
    known = await store.read(lambda c: standings(c, [PHONE, page], NOW))
    tables = Tables(tmp_path)

    assert (tables("evil.cc"), tables("www.sub.evil.cc"), tables("odd.cc")) == ("thai", "thai", "")
    assert known == {PHONE.key: Standing("dangerous", "thai"), page.key: Standing("dangerous", "thai")}
    assert judge("https://evil.cc/x", Known(table=tables)).reasons[0].params == {"source": "thai"}


async def test_a_new_version_drops_what_it_no_longer_has(store: Store, tmp_path: Path) -> None:
    """Of domains and of all else; other lists keep theirs."""
    await imported(store, tmp_path, PLAIN)
    await imported(store, tmp_path, b"evil.cc\n", "other")
    done = await imported(store, tmp_path, b"new.cc\n")
    tables = Tables(tmp_path)

    assert done.dropped == 2
    assert (tables("evil.cc"), tables("new.cc"), await phone(store)) == ("other", "thai", None)


async def test_the_same_list_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    """Not even its time; with another licence it is imported anew."""
    await imported(store, tmp_path, PLAIN)
    table = (tmp_path / "thai.table").stat().st_mtime_ns

    assert (await imported(store, tmp_path, PLAIN)).same
    assert (tmp_path / "thai.table").stat().st_mtime_ns == table
    assert not (await imported(store, tmp_path, PLAIN, licence="CC0")).same


async def test_broken_lines_are_named_and_the_rest_is_imported(store: Store, tmp_path: Path) -> None:
    """With their number in the file and why."""
    done = await imported(store, tmp_path, b"evil.cc\n\n?? ??\nodd.cc\nmore.cc\n")

    assert (done.row.entries, done.row.skipped) == (3, 1)
    assert done.skipped == (Skipped(3, "?? ??", "no domain, link or number"),)


async def test_what_strangers_share_is_left_out(store: Store, tmp_path: Path) -> None:
    """One bad page on a shortener or under a suffix must not condemn everybody's."""
    done = await imported(store, tmp_path, b"bit.ly\nco.th\nevil.cc\n")
    tables = Tables(tmp_path)

    assert done.left_out == ("bit.ly", "co.th")
    assert (tables("bit.ly"), tables("shop.co.th"), tables("evil.cc")) == ("", "", "thai")


BROKEN = {
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "auto", "no text in UTF-8"),
    "null bytes": (b"evil.cc\x00\n", "auto", "null bytes"),
    "nothing": (b"", "auto", "No domain, link or number"),
    "a page that says sorry": (b"<html>\n<body>\nNot found\n</body>\n</html>", "auto", "could be read"),
    "mostly rubbish": (b"evil.cc\n" + b"?? ??\n" * 9, "plain", "More lines could not be read (9) than could (1)"),
    "not STIX": (b'{"a": 1}', "stix", "Not STIX 2.1"),
    "half a JSON": (b'{"Event": {"Attribute": [', "misp", "not valid JSON"),
    "another format": (b"evil.cc\n", "misp", "not valid JSON"),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_wrong_file_changes_nothing(store: Store, tmp_path: Path, case: str) -> None:
    """One clear sentence, and the list before it stands whole."""
    data, form, why = BROKEN[case]
    await imported(store, tmp_path, PLAIN)

    with pytest.raises(Rejected) as rejected:
        await imported(store, tmp_path, data, form=form)

    (row,) = await store.read(all_lists)
    assert why in str(rejected.value)
    assert (row.entries, Tables(tmp_path)("evil.cc"), await phone(store)) == (3, "thai", Standing("dangerous", "thai"))
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".db", ".db-wal", ".db-shm")] == [
        "thai.table"
    ]


@pytest.mark.parametrize("name", ["", "../evil", "a/b", ".hidden", "x" * 61, "ก", "a b", "a\n"])
async def test_a_name_that_could_lead_elsewhere_is_refused(store: Store, tmp_path: Path, name: str) -> None:
    """The name is a file's, and stands in what residents read."""
    with pytest.raises(Rejected, match="name has letters"):
        await imported(store, tmp_path, PLAIN, name)

    assert not await drop_list(store, tmp_path, name, "test", NOW)


async def test_when_the_database_fails_the_table_stays(tmp_path: Path, store: Store) -> None:
    """Nothing is half imported: the file takes its place only with the rows."""
    await imported(store, tmp_path, PLAIN)
    before = (tmp_path / "thai.table").read_bytes()

    with pytest.raises(Exception, match=r"(?i)null"):
        await import_list(store, tmp_path, Origin("thai"), b"new.cc\n", None, NOW)  # type: ignore[arg-type]

    assert (tmp_path / "thai.table").read_bytes() == before
    assert not list(tmp_path.glob(".*"))


async def test_a_removed_list_holds_nothing_any_more(store: Store, tmp_path: Path) -> None:
    """Neither domains nor numbers, and it is written down; a second time there is none."""
    await imported(store, tmp_path, PLAIN)

    assert await drop_list(store, tmp_path, "thai", "test", NOW)
    left = await store.read(lambda c: c.execute(select(func.count()).select_from(list_entries)).scalar_one())
    assert (await store.read(all_lists), left, Tables(tmp_path)("evil.cc")) == ((), 0, "")
    assert [what for _, _, what in await store.read(lambda c: audit.trail(c, "thai"))] == ["list", "unlist"]
    assert not await drop_list(store, tmp_path, "thai", "test", NOW)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/a/phishing-2026.txt", "phishing-2026"), ("รายชื่อ.csv", "list"), ("../../x y.json", "x-y"), (".hosts", "hosts")],
)
def test_a_list_is_named_after_its_file(path: str, name: str) -> None:
    """With the letters a name may have."""
    assert named(path) == name


# --- fetching ---


PUBLIC = "93.184.216.34"


async def somewhere(host: str, port: int) -> list[str]:
    """Where these hosts are: one is public, the others pretend to be."""
    inside = {"inside.example": "10.0.0.7", "mapped.example": "::ffff:127.0.0.1", "both.example": PUBLIC}
    found = [inside.get(host, PUBLIC)]
    return [*found, "192.168.1.1"] if host == "both.example" else found


def serving(**answers: httpx.Response) -> httpx.MockTransport:
    """A server that answers by path, and holds every request to the rules."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == PUBLIC
        assert request.extensions["sni_hostname"] == request.headers["host"]
        return answers.get(request.url.path.strip("/"), httpx.Response(404))

    return httpx.MockTransport(answer)


async def test_a_list_is_fetched_from_the_address_that_was_looked_at() -> None:
    """The connection goes to the very number that was found public, under the host's own name."""
    data = await download("https://lists.example/list", somewhere, serving(list=httpx.Response(200, content=PLAIN)))

    assert data == PLAIN


REFUSED = {
    "http://lists.example/list": "Only https",
    "file:///etc/passwd": "Only https",
    "https://inside.example/list": "private network",
    "https://mapped.example/list": "private network",
    "https://both.example/list": "private network",
    "https://user:secret@lists.example/list": "password",
    "https://lists.example/none": "says 404",
    "https://lists.example/home": "private network",
    "https://lists.example/plain": "Only https",
    "https://lists.example/loop": "more than 3 redirects",
    "https://lists.example/nowhere": "more than 3 redirects",
}


@pytest.mark.parametrize("url", REFUSED)
async def test_what_is_not_public_or_not_there_is_not_fetched(url: str) -> None:
    """Also behind a redirect; the sentence holds no password."""
    leads = {
        "home": "https://inside.example/x",
        "plain": "http://lists.example/list",
        "loop": "/loop",
        "nowhere": "",
    }
    transport = serving(**{path: httpx.Response(302, headers={"location": to}) for path, to in leads.items()})

    with pytest.raises(NotFetched) as refused:
        await download(url, somewhere, transport)

    assert REFUSED[url] in str(refused.value)
    assert "secret" not in str(refused.value)


async def test_a_redirect_to_a_public_place_is_followed() -> None:
    """Held to the same rules."""
    moved = httpx.Response(301, headers={"location": "https://lists.example/list"})

    data = await download(
        "https://lists.example/old", somewhere, serving(old=moved, list=httpx.Response(200, content=PLAIN))
    )

    assert data == PLAIN


class Endless(httpx.AsyncByteStream):
    async def __aiter__(self) -> Any:
        while True:
            yield b"x" * 50_000_000


async def test_an_endless_list_is_given_up() -> None:
    """What is larger than any list is not held in memory."""
    with pytest.raises(NotFetched, match=f"{LARGEST:,}"):
        await download("https://lists.example/list", somewhere, serving(list=httpx.Response(200, stream=Endless())))


@pytest.mark.parametrize(
    ("address", "open_to_all"),
    [
        (PUBLIC, True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
    ],
)
def test_which_addresses_are_public(address: str, open_to_all: bool) -> None:
    """Also when an address carries another inside it."""
    assert public(ip_address(address)) == open_to_all
