"""Log lines → patterns: what varies in a line is masked, lines that differ in nothing else are one pattern, and patterns have rates."""
