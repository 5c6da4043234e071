"""What is written down is held to the code: tables, routes, commands, links, versions."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.app import App
from bot.cli import main
from bot.config import Config, keys
from docs.tables import TABLES, commands, current, settings, table
from handlers.commands import COMMANDS

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^( *)```.*?^\1```", re.MULTILINE | re.DOTALL)
UNFINISHED = ("TODO", "FIXME", "XXX", "TBD", "lorem ipsum")


def pages() -> list[Path]:
    """Every page of ours: what git knows, and what it does not know yet."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, check=False).stdout if shutil.which("git") else b""
    named = [ROOT / name for name in told.decode().split("\0") if name]
    # An unpacked archive has no git to ask.
    found = named or [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("texts/**/*.md")]
    return sorted(page for page in found if page.exists())


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def without_code(page: Path) -> str:
    return FENCED.sub("", page.read_text("utf-8"))


def anchor(heading: str) -> str:
    """A heading's address within its page, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {anchor(heading) for heading in re.findall(r"^#+ (.+)$", without_code(page), re.MULTILINE)}


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere within the repository."""
    found = []
    for target in LINK.findall(without_code(page)):
        path, _, part = unquote(target).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        other = page.parent / path if path else page
        if not other.exists() or (part and part not in anchors(other)):
            found.append(target)
    return found


def test_the_readme_has_the_tables_as_the_code_has_them() -> None:
    """Commands and settings in the README are those of the code; `python -m docs.tables --write` makes them so."""
    text = read("README.md")

    assert current(text) == text


def test_the_table_of_commands_names_every_command() -> None:
    """Each command has one row, with its name as it is typed."""
    rows = re.findall(r"^\| `/(\w+)", commands(), re.MULTILINE)

    assert sorted(rows) == sorted(COMMANDS)


def test_the_table_of_settings_names_every_setting() -> None:
    """Each setting has one row, in the order of the configuration."""
    rows = re.findall(r"^\| `([\w.]+)`", settings(), re.MULTILINE)

    assert rows == [f"{section}.{name}" for section, name, _, _ in keys()]


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    """A cell may hold the character that parts cells."""
    assert table(("a", "b"), [("x|y", "z")]) == "| a | b |\n| --- | --- |\n| x\\|y | z |"


def test_a_page_that_lost_its_marks_is_refused() -> None:
    """Without the marks around a table nothing would be compared, so that is an error."""
    with pytest.raises(ValueError, match=next(iter(TABLES))):
        current("no marks here")


def test_every_route_is_explained_to_operators(tmp_path: Path) -> None:
    """Each route of the server stands in docs/running.md, word for word; the playground's by their beginning."""
    app = App(Config(storage={"url": f"sqlite:///{tmp_path}/docs.db"}))
    routes = [route.path for route in app.asgi().routes]
    text = read("docs/running.md")

    missing = [path for path in routes if (path if not path.startswith("/playground/") else "/playground/") not in text]

    assert missing == []


def test_every_command_of_the_server_stands_in_the_readme() -> None:
    """`rimkhong <command>` is named for each one there is."""
    text = read("README.md")

    assert [name for name in main.commands if f"`rimkhong {name}" not in text] == []


def test_the_handbook_explains_every_command() -> None:
    """Who serves finds each command in the handbook, with its slash."""
    text = read("docs/coordinators.md")

    assert [name for name in COMMANDS if not re.search(rf"`/{name}\b", text)] == []


@pytest.mark.parametrize("page", ["docs/coordinators.md", "docs/คู่มือเจ้าหน้าที่.md", "README.md"])
def test_typed_commands_in_the_pages_are_commands(page: str) -> None:
    """Whatever a page tells people to type after a slash is a command in some language."""
    from bot.words import catalogues

    known = set(COMMANDS).union(*(one.commands for one in catalogues().values()))
    typed = re.findall(r"`/([^\W\d_][^\s`/]*)(?=[ `])", read(page))

    assert [word for word in typed if word.rstrip("…") not in known] == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link to another file or heading of ours finds it."""
    assert broken(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """The check above sees a missing file and a missing heading, and passes over code and the web."""
    page = tmp_path / "page.md"
    page.write_text(
        "# One & two\n[a](gone.md) [b](#one--two) [c](#three) [d](https://example.org/x)\n```\n[e](code.md)\n```\n",
        "utf-8",
    )

    assert broken(page) == ["gone.md", "#three"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_is_left_unfinished(page: Path) -> None:
    """What is not written yet is not announced by a mark; it stands under "Not yet" or nowhere."""
    text = page.read_text("utf-8")

    assert [word for word in UNFINISHED if re.search(rf"\b{word}\b", text)] == []


def test_the_changelog_begins_with_this_version() -> None:
    """The newest version of the changelog is the one being built."""
    newest = re.search(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]

    assert newest is not None
    assert newest[1] == version


def test_every_decision_is_listed() -> None:
    """The list of decisions links to each of them once, in order, and each begins with its number."""
    files = sorted(path.name for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    listed = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\)", read("docs/decisions/README.md"), re.MULTILINE)

    assert listed == [(name[:4], name) for name in files]
    assert [read(f"docs/decisions/{name}").startswith(f"# {name[:4]} ") for name in files] == [True] * len(files)


def test_every_threat_is_answered_by_a_test_there_is() -> None:
    """Each row of the threat model names a test, and each test it names exists under that name."""
    text = read("docs/threat-model.md")
    rows = [row for row in re.findall(r"^\|(.+)\|$", text, re.MULTILINE) if not re.match(r"\s*(threat|---)", row)]
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)

    assert len(rows) >= 10
    assert [row for row in rows if "`tests/" not in row] == []
    assert [(path, test) for path, test in named if not has_test(path, test)] == []


def has_test(path: str, test: str) -> bool:
    file = ROOT / path
    return file.exists() and re.search(rf"def {test}\(", file.read_text("utf-8")) is not None
