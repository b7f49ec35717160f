"""The real lab: the protected service on a real Docker Engine under a real systemd, in namespaces of its own."""
