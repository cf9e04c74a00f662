"""The kiosk: the touch page where visitors take a ticket, and the phone page that goes with it."""
