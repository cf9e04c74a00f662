"""Diversion (分流): actions against a crowd, and the what-if that ranks them. Pure."""
