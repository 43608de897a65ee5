"""I1: no line of the log tells when a reporter did something."""

from tests import makers
from tests.web.test_no_trace import listening
from ugly_mugs.service import Service
from ugly_mugs.workers import index, stamp, sweep


async def test_no_line_says_when_she_took_her_report_back(sqlite_service: Service) -> None:
    report_id = await makers.a_report(sqlite_service)
    await makers.an_alert(sqlite_service, report=report_id)
    await stamp.stamp(sqlite_service)

    with listening() as log:
        await makers.withdraw(sqlite_service, report_id)
        assert await stamp.stamp(sqlite_service), "the feed was told"
        await index.index_reports(sqlite_service)
        await sweep.recover(sqlite_service)
        await sweep.forget(sqlite_service)

    assert log.getvalue() == ""
