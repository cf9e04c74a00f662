"""Use cases: what people ask of a hall, decided here and carried out by the store."""
