"""The bridge from the alert topic to people's own tools: Alertmanager, and a signed webhook.

Each is a subscriber of its own, so one that is away holds up only itself; what it missed waits in the topic.
"""
