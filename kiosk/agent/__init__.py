"""The agent on the kiosk's own computer: serves the touch page, prints, and goes on when the server does not."""
