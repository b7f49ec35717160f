"""Log files → a tally of their lines: plain, gzipped, rotated and growing ones, in one pass and never whole in memory."""
