"""Scraping: without a Prometheus server, stormjib looks at the target's own ``/metrics`` and at this machine itself."""
