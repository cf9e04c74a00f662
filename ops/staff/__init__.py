"""The page of those who manage staff: colleagues, what they may do, and who works when."""
