"""Access logs at size: requests, status shares and latency by minute, route and upstream, and what changed since a moment."""
