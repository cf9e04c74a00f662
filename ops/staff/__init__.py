"""Those who manage staff: their page, with colleagues, what they may do, and who works when; and the command."""
