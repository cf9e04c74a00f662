"""How long it will take, pure: numbers in, numbers out."""
