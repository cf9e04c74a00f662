"""What the doctor looks at, one function each."""
