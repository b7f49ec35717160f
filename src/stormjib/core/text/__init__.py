"""Text for people: one way each."""
