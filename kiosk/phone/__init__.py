"""The phone: the page of one ticket in its visitor's hand."""
