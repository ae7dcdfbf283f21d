"""The audit as an admin reads it."""

from __future__ import annotations

from datetime import datetime

from tests.web.conftest import House
from tests.web.test_hardening import audit
from triage.core.accounts import Role


async def test_the_end_of_what_was_set_is_audited_as_its_reader_reads_time(house: House) -> None:
    house.add("anna", Role.ADMIN)
    async with house.browser("anna") as anna:
        assert (await anna.post("/team/hour/closed", data={"until": "2h"})).status_code == 303
        kept = str(audit(house)[0].detail["what"])
        text = (await anna.get("/audit")).text
    end = datetime.fromisoformat(kept).astimezone(house.policy.roster.hours.zone)
    assert kept not in text
    assert f"until {end:%H:%M}" in text
