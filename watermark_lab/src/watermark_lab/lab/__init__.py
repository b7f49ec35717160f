"""The lab: the protected service and all it stands on, run as plain processes on loopback, with faults on request."""
