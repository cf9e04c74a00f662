"""Where everything is: the front page, signing in, and the API as a page."""
