"""Who is on call when: schedules whose turns begin and end by the clock on the wall, overrides above them, and where nobody is."""
