"""What LINE bills, counted by a LINE that is as strict as the real one."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from alerts.campaigns import DEFAULT_CAMPAIGN
from domain.alert import Alert, Audience
from domain.message import Outgoing
from storage.alerts import raise_alert
from storage.campaigns import keep_campaign
from tests.bot.running import Town, eventually, town
from tests.bot.test_journey_alerts import neighbours
from tests.databases import sqlite_at
from texts.lesson import lessons
from texts.times import LOCAL

TITLE = lessons()[0].title.th


async def begins(made: Town) -> None:
    """The weekly lesson is due now."""
    weekday = made.clock().astimezone(LOCAL).strftime("%a").lower()
    on = replace(DEFAULT_CAMPAIGN, on=True, due=made.clock(), rule=f"weekly:{weekday} 10:00")
    await made.app.store.write(lambda c: keep_campaign(c, on))
    await made.app.worker.fire()
    await made.spread()


async def test_a_lesson_rides_and_the_rest_is_pushed_within_the_budget(tmp_path: Path) -> None:
    """Who writes gets it free; on the fifth day the month allows one push more; what is urgent uses the reserve."""
    reserve = {"alerts": {"line_monthly_reserve": 4, "quiet_hours": ""}}
    async with town(sqlite_at(tmp_path / "bot.db"), **reserve) as made:
        people = await neighbours(made, "line", 4)
        made.line.state.quota = 5
        await begins(made)
        assert TITLE in "\n".join(await people[0].says("เมนู"))
        assert TITLE not in "\n".join(await people[0].says("เมนู"))
        assert 0 == made.line.billed

        made.forward(days=5, minutes=5)
        await made.app.worker.once()
        await eventually(lambda: made.line.billed)  # the one due may have been taken by whoever works all the time
        assert (1, 2) == (made.line.billed, sum(phone.times(TITLE) for phone in people))

        flood = Alert("flood", Audience(), lane="urgent", severity="Severe")
        await made.app.store.write(lambda c: raise_alert(c, flood, {"th": Outgoing(("น้ำมาแล้ว",))}, made.clock()))
        made.app.told()
        for phone in people:
            await phone.hears("น้ำมาแล้ว")
        assert (5, 2) == (made.line.billed, sum(phone.times(TITLE) for phone in people))
        assert [] == made.line.violations


async def test_without_a_patient_lesson_nothing_changes(tmp_path: Path) -> None:
    """A campaign that waits for nobody is pushed at its hour, as ever."""
    async with town(sqlite_at(tmp_path / "bot.db"), alerts={"quiet_hours": ""}) as made:
        people = await neighbours(made, "line", 2)
        now = replace(DEFAULT_CAMPAIGN, on=True, due=made.clock(), patience=timedelta())
        await made.app.store.write(lambda c: keep_campaign(c, now))
        await made.app.worker.fire()
        for phone in people:
            await phone.hears(TITLE)
        assert 2 == made.line.billed
