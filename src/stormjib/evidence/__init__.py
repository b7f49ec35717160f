"""What outputs, logs and metrics say, pure: outputs → findings, as values and facts. The core knows the findings and none of this."""
