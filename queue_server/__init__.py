"""The server of a service hall: tickets, windows, events and the API over them."""
