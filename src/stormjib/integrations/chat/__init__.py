"""Chats: the channel of an incident and what is posted; one file for each product, behind one notifier."""
