"""What Docker and Compose say instead of an answer."""

from typing import Final

from stormjib.evidence.readers.reading import Evidence, Reading
from stormjib.evidence.readers.refusals import Refusals

SOURCE = "docker"
_REFUSALS: Final = Refusals("docker_refusals.tsv")


def read(evidence: Evidence) -> Reading | None:
    """Only what a failed command printed, and only by its beginning and its end."""
    return None if evidence.exit_code == 0 else _REFUSALS.read(SOURCE, "docker", evidence.output)
