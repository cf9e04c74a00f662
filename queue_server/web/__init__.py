"""The hall over HTTP: a table of routes, one file per resource, one table of errors, live streams, pages."""
