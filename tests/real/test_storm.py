"""The storm of the bench at a small size: what is counted has to be right; how fast it was is for the bench to judge."""

from bench import storm


def test_no_alert_is_lost_and_nobody_is_paged_twice(tmp_path):
    part = storm.measure(tmp_path, alerts=400, tell=lambda _: None)
    assert [one.name for one in part.figures if not one.unit and not one.met] == []
    assert part.raw["with the storm brake"]["held"] > 0
    assert part.raw["without it"]["held"] == 0
    assert part.raw["without it"]["paged"] == 400 // storm.PER_GROUP * 4
