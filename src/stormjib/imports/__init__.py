"""What another system knows of people, schedules, policies and services, as files of the catalogue. A reader for each system."""
