"""The faults of the lab, one kind of breakage each; what they have in common is in ``kind``, their names in ``catalogue``."""
