"""What may not happen now."""


class Refused(Exception):
    """What was asked may not happen now. The text says why and what to do next."""


class Missing(Refused):
    """What was named is not there: no such run, item or command."""
