"""Ways out of the hall: to visitors (pushes, apprise, the log) and to other systems (webhooks, MQTT)."""
