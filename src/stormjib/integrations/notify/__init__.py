"""The ways to reach people, one implementation of ``Notifier`` for each kind of contact method."""
