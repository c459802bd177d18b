"""Small networks, hypernetworks and embedding methods, trained and measured: evidence, never a bound."""
