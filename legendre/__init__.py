"""Depth separation: Legendre bases, depth-2 lower bounds, depth-3 networks."""
