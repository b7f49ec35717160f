"""What is measured: ratios of one run, side by side with Alertmanager, and what a kill does."""
