"""A text-watermark API and the lab that runs it, breaks it and mends it."""

__version__ = "0.1.0"
