"""Call pads at the windows and rating pads before them."""
