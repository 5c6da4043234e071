"""Somebody is asked to look, over LINE, through every part of the bot: in time, too late, and not at all."""

from pathlib import Path

from sqlalchemy import select

from storage.tables import notes
from storage.tables_dispatch import calls, dispatches
from tests.bot.running import before_value, label, town
from tests.bot.test_journey import staff, volunteer


async def test_nobody_answers_and_the_coordinator_hears(tmp_path: Path) -> None:
    """
    A volunteer near is asked over LINE and does not answer; after the minutes of the settings the coordinator hears.

    The volunteer can still go: what they found is decided on by the coordinator, and the reporter hears of it.
    """
    async with town(f"sqlite:///{tmp_path}/bot.db", alerts={"answer_minutes": 6}) as made:
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
