"""The demo hall: a district hall of real size, read by `greenwave up` when no other hall is given."""
