"""Practice with real faults: the demo today, scored drills on the same parts later."""
