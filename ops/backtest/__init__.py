"""Back-tests of the forecast: simulated halls and real call-centre days, over the pipe of the contract."""
