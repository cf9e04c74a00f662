"""What goes over the wire: the same types check input, document it and encode answers."""
