"""A Prometheus server: asked by plain HTTP for what the catalogue names."""
