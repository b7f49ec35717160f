"""Log files → counts of their lines: plain, gzipped, rotated and growing ones, in one pass and never whole in memory."""
