"""The forecast and the advice in a pipe."""
