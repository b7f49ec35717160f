"""The page of an alert says why it did or did not page, whatever its sender wrote into it."""

from stormjib.core.alert import Alert

ODD = "<script>x</script>"


def test_the_alerts_and_why_each_did_or_did_not_page(house):
    links = {"dashboard": "https://grafana.example/d/x"}
    paged = Alert("1", "grafana", firing=True, name=ODD, service="api", severity="P1", labels={ODD: ODD}, links=links)
    house.inbox.accept([paged, Alert("2", "generic", firing=True, name="Odd", service="db", severity="?")]).result()
    ana = house.person("ana")
    listed = ana.page("/alerts")
    assert listed.count('href="/alerts/1"') == listed.count('href="/alerts/2"') == 1
    assert ODD not in listed
    first = ana.page("/alerts/1")
    assert "no page for it has been taken yet" in first
    assert 'href="https://grafana.example/d/x"' in first
    assert 'href="/incidents/INC-1#entry-1"' in first
    assert ODD not in first
    assert "waits for a person" in ana.page("/alerts/2")
    assert ana.get("/alerts/3").status_code == 404
    assert 'href="/alerts/2"' in ana.page("/intake")
