"""The status page: what people posted for customers, and nothing else, as customers and their programs read it."""
