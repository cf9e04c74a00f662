"""QR and bar-code scanners."""
