from analytics.reports import DASHBOARD, SATISFACTION


def test_csat_is_the_share_of_fours_and_fives(world):
    thread = world.thread("10 09:00:00")
    telegram = world.thread("10 09:00:00", platform="telegram")
    for score, when in ((5, "10 10:00:00"), (4, "10 11:00:00"), (2, "11 10:00:00")):
        world.rate(thread, score, when)
    world.rate(telegram, 5, "11 10:00:00")
    world.rate(telegram, 1, "09 10:00:00")
    report = world.report(SATISFACTION)
    assert report["totals"]["csat"] == {
        "share": 0.75,
        "mean": 4.0,
        "n": 4,
        "response_rate": None,
        "distribution": {"1": 0, "2": 1, "3": 0, "4": 1, "5": 2},
    }
    assert [step["csat"]["share"] for step in report["series"]] == [1.0, 0.5, None]
    assert report["previous"]["totals"]["csat"]["mean"] == 1.0
    assert {part["key"]: part["csat"]["n"] for part in report["breakdown"]} == {
        "whatsapp": 3,
        "facebook": 0,
        "instagram": 0,
        "telegram": 1,
    }
    assert world.report(DASHBOARD)["totals"]["csat"] == report["totals"]["csat"]
