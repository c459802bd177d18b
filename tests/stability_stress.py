"""The proof of inverse stability as arrays: many admissible pairs at once, in floats, with closed formulas.

A pair is a pool of directions u_j, no two of them on a line: unit i of Γ is (α_i u_i, c_i), with the row zero
where α_i = 0, and Θ has the product p_j along u_j.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np


@dataclass
class Pairs:
    """directions (n, lines, d), sizes and columns (n, units), products (n, lines); units <= lines."""

    directions: np.ndarray
    sizes: np.ndarray
    columns: np.ndarray
    products: np.ndarray

    @property
    def units(self):
        return self.sizes.shape[1]

    def jumps(self):
        changes = -self.products
        changes[:, : self.units] += self.columns * self.sizes
        return changes

    def distances(self):
        """D: the largest gradient over the cells next to each ray of the arrangement in general position."""
        changes, (_, lines, inputs) = self.jumps(), self.directions.shape
        gradients = changes[..., None] * self.directions
        best = np.zeros(len(changes))
        for chosen in combinations(range(lines), inputs - 1):
            if inputs == 2:
                normal = self.directions[:, chosen[0]]
                ray = np.stack([-normal[:, 1], normal[:, 0]], axis=-1)
            else:
                ray = np.cross(self.directions[:, chosen[0]], self.directions[:, chosen[1]])
            heights = np.einsum("njd,nd->nj", self.directions, ray)
            heights[:, chosen] = 0.0
            for side in (1, -1):
                base = np.einsum("nj,njd->nd", (side * heights > 0).astype(float), gradients)
                for on in product((0, 1), repeat=inputs - 1):
                    total = base + sum(gradients[:, j] * w for j, w in zip(chosen, on, strict=True))
                    best = np.maximum(best, np.abs(total).max(axis=-1))
        return best

    def betas(self, distances):
        small = np.abs(self.columns) * self.sizes <= 2 * distances[:, None] * (1 + 1e-12)
        return np.where(small, np.maximum(np.abs(self.columns), self.sizes), 0.0).max(axis=1)

    def deviations(self):
        """How far the proof's construction moves a weight."""
        m = self.units
        c, alpha, p = self.columns, self.sizes, self.products
        matched = (alpha > 0) & (p[:, :m] != 0)
        worst = np.where(matched, _matched(c, alpha, p[:, :m]), 0.0).max(axis=1)
        # The k-th unit without a partner gets the k-th direction without one, as a balanced unit.
        own = np.zeros(p.shape, dtype=bool)
        own[:, :m] = matched
        waiting, free = (p != 0) & ~own, ~matched
        assert (waiting.sum(axis=1) <= free.sum(axis=1)).all()
        slots, wanted = np.argsort(~free, axis=1, kind="stable"), np.argsort(~waiting, axis=1, kind="stable")
        for k in range(m):
            slot, line = slots[:, k : k + 1], wanted[:, k : k + 1]
            is_free = np.take_along_axis(free, slot, 1)[:, 0]
            new = np.where(np.take_along_axis(waiting, line, 1), np.take_along_axis(p, line, 1), 0.0)
            old_row = np.take_along_axis(alpha, slot, 1) * _at(self.directions, slot)
            root = np.sqrt(np.abs(new))
            moved = np.maximum(
                np.abs(np.take_along_axis(c, slot, 1) - np.sign(new) * root)[:, 0],
                np.abs(old_row - root * _at(self.directions, line)).max(axis=1),
            )
            worst = np.maximum(worst, np.where(is_free, moved, 0.0))
        return worst

    def ratios(self):
        """Deviation over β + √(2D)."""
        distances = self.distances()
        bound = self.betas(distances) + np.sqrt(2 * distances)
        return np.divide(self.deviations(), bound, out=np.zeros_like(bound), where=bound > 1e-9)


def _at(directions, places):
    return np.take_along_axis(directions, places[..., None], 1)[:, 0]


def _matched(c, alpha, p):
    size, root = np.abs(c), np.sqrt(np.abs(p))
    half = np.sqrt((size - alpha) ** 2 + 4 * np.abs(p))
    same = np.abs(half - size - alpha) / 2
    balanced = np.maximum(np.abs(c - np.sign(p) * root), np.abs(alpha - root))
    return np.where(c * p > 0, same, balanced)


def random_pairs(rng, count, inputs, units, lines, kind):
    """Admissible pairs: balanced ones, wildly unbalanced ones, and those with close functions."""
    directions = rng.normal(size=(count, lines, inputs)) * 4.0 ** rng.normal(size=(count, 1, inputs))
    directions /= np.abs(directions).max(axis=-1, keepdims=True)
    spread = {"balanced": 1.0, "unbalanced": 6.0, "close": 2.0, "square": 0.0}[kind]
    sizes = 2.0 ** rng.normal(0, spread, (count, units))
    columns = 2.0 ** rng.normal(0, spread, (count, units)) if kind != "balanced" else sizes.copy()
    if kind == "square":
        sizes = columns = rng.integers(0, 5, (count, units)).astype(float)
    columns = columns * rng.choice([-1, 1], (count, units))
    if kind != "balanced":
        sizes = sizes * (rng.random((count, units)) < 0.85)
        columns = columns * (rng.random((count, units)) < 0.85)
    products = np.zeros((count, lines))
    products[:, :units] = columns * sizes
    noise = 2.0 ** rng.normal(-4 if kind == "close" else 0, 3.0, (count, lines))
    noise *= rng.choice([-1, 1], (count, lines)) * (rng.random((count, lines)) < 0.6)
    if kind == "square":
        noise = rng.integers(-4, 5, (count, lines)) * 4.0
    products = products + noise if kind in ("close", "square") else np.where(noise, noise, products)
    return capped(Pairs(directions, sizes, columns, products))


def capped(pairs):
    """Only as many products are kept as there are units."""
    order = np.argsort(np.argsort(-np.abs(pairs.products), axis=1, kind="stable"), axis=1)
    return Pairs(
        pairs.directions, pairs.sizes, pairs.columns, np.where(order < pairs.units, pairs.products, 0.0)
    )


def climbed(rng, pairs, steps):
    """The pairs after a search for larger ratios, each on its own; also how many pairs were looked at."""
    ratios = pairs.ratios()
    for _ in range(steps):
        scale = 4.0 ** rng.normal(-2, 1.5, (len(ratios), 1))

        def moved(values, scale=scale):
            noise = rng.normal(size=values.shape) * (rng.random(values.shape) < 0.5)
            return values * (1 + scale * noise)

        columns = moved(pairs.columns) * np.where(rng.random(pairs.columns.shape) < 0.02, -1, 1)
        directions = pairs.directions * (1 + scale[..., None] * rng.normal(size=pairs.directions.shape))
        directions /= np.abs(directions).max(axis=-1, keepdims=True)
        rival = capped(Pairs(directions, np.abs(moved(pairs.sizes)), columns, moved(pairs.products)))
        better = rival.ratios() > ratios
        for name in ("directions", "sizes", "columns", "products"):
            old, new = getattr(pairs, name), getattr(rival, name)
            setattr(pairs, name, np.where(better.reshape(-1, *[1] * (old.ndim - 1)), new, old))
        ratios = np.where(better, rival.ratios(), ratios)
    return pairs, len(ratios) * (steps + 1)
