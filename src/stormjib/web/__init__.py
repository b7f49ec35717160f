"""HTTP: the ways in for alerts, the JSON API, the pages."""
