"""Whom the metrics of a service are asked of: its own series, its own metrics, and never another's."""

import msgspec

from stormjib.core.catalogue.reading import read_services
from stormjib.metric_sources import MetricSources
from stormjib.settings import Settings

SERVICES = [
    {
        "name": "shop",
        "prometheus_match": 'job="shop"',
        "metrics": [{"name": "orders", "query": "rate(orders[5m])", "worse": "down"}, {"name": "queue", "query": "mine"}],
    },
    {"name": "bank"},
]


def test_a_service_is_asked_about_by_its_own_labels_and_metrics(tmp_path):
    services = read_services(SERVICES)
    site = [{"name": "queue", "query": "ours", "unit": "jobs"}]
    settings = Settings(
        data_dir=tmp_path, service=services, prometheus_url="http://127.0.0.1:9", prometheus_match='env="p"', metric=site
    )
    sources = MetricSources(settings, lambda: 0.0)
    sources.take(settings.policy())
    [shop], [bank] = sources.of("shop"), sources.of("bank")
    assert (shop._selector, [(one.name, one.query) for one in shop._own]) == (
        'job="shop"',
        [("orders", "rate(orders[5m])"), ("queue", "mine")],
    )
    assert (bank._selector, [(one.name, one.query) for one in bank._own]) == ('env="p"', [("queue", "ours")])
    assert sources.of("shop") == [shop]
    gone = msgspec.structs.replace(settings.policy(), services=services[1:])
    sources.take(gone)
    assert sources.of("bank") == [bank]
    sources.stop()
