"""Loudspeakers and the voice that is made for them."""
