"""What volunteers are asked, through every part of the bot: to look, and once a week whether there was anything."""

from pathlib import Path

from sqlalchemy import select

from storage.tables import notes
from storage.tables_dispatch import calls, dispatches
from tests.bot.running import before_value, label, town
from tests.bot.test_journey import staff, volunteer
from tests.databases import sqlite_at


async def test_nobody_answers_and_the_coordinator_hears(tmp_path: Path) -> None:
    """
    A volunteer near is asked over LINE and does not answer; after the minutes of the settings the coordinator hears.

    The volunteer can still go: what they found is decided on by the coordinator, and the reporter hears of it.
    """
    async with town(sqlite_at(tmp_path / "bot.db"), alerts={"answer_minutes": 6}) as made:
        coordinator = await staff(made, "line")
        guard = await volunteer(made, "line", coordinator)
        person = made.on("line")
        await person.adds()
        await person.says("/report border")
        number = await person.reports()
        await guard.hears(label("dispatch.ask.self"))
        assert 0 == guard.times(str(number))
        unanswered = before_value("dispatch.unanswered.self") + str(number)

        made.forward(minutes=5)
        await made.app.ring()
        await made.all_sent()
        assert 0 == coordinator.times(unanswered)
        made.forward(minutes=2)
        await made.app.ring()
        await coordinator.hears(unanswered)
        await made.app.ring()
        await made.all_sent()
        assert 1 == coordinator.times(unanswered)

        await guard.presses("tell.going")
        await guard.presses("outcome.nothing")
        await coordinator.hears(label("outcome.nothing"))
        await coordinator.presses("outcome.decide")
        await person.hears(label("status.open"))
        await person.hears(label("status.nothing"))
        await made.all_sent()
        assert ["over"] == [row.state for row in await made.found(select(dispatches.c.state))]
        assert [("going", "nothing")] == [
            tuple(row) for row in await made.found(select(calls.c.answer, calls.c.outcome))
        ]
        assert ["nothing"] == [row.text for row in await made.found(select(notes.c.text))]
        assert [] == made.line.violations
        assert [] == made.line.duplicates()


async def test_the_weekly_question_is_one_tap(tmp_path: Path) -> None:
    """Turned on in the chat, it comes to the volunteer with its buttons, and one of them is the answer."""
    async with town(sqlite_at(tmp_path / "bot.db")) as made:
        coordinator = await staff(made, "telegram")
        guard = await volunteer(made, "line", coordinator)
        await coordinator.says("/zero on")
        made.forward(days=7)
        made.until_local(18, 1)
        await made.app.worker.fire()
        await guard.hears(before_value("zero.ask"))

        await guard.presses("zero.none")

        said = await coordinator.says("/silent")
        assert label("silent.self", answered=1, asked=1) in "\n".join(said)
