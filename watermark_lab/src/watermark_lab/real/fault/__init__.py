"""What can be broken in the real lab, and how it is mended."""
