"""Random small exact networks, and changes of their parameters that keep or change the function."""

from __future__ import annotations

import os
from fractions import Fraction
from itertools import pairwise
from random import Random

from identifiability.network import Network

F = Fraction

ACTIVATIONS = (
    "relu",
    "prelu(1/4)",
    "prelu(-2)",
    "prelu(3)",
    "clipped_relu",
    "hard_tanh",
    "elu",
    "softsign",
    "isrlu(2)",
    "isru(1/3)",
    "sigmoid",
    "tanh",
    "arctan",
    "softplus",
    "gelu",
    "silu",
    "erf",
    "sin",
    "repu(3)",
    "repu(2)",
    "identity",
    "polynomial(1,2,0,3)",
    "polynomial(2)",
    "polynomial(1,2)",
)
ODD = {"tanh", "arctan", "erf", "sin", "softsign", "isru(1/3)", "hard_tanh", "identity"}
HOMOGENEOUS = {
    "relu": 1,
    "prelu(1/4)": 1,
    "prelu(-2)": 1,
    "prelu(3)": 1,
    "repu(2)": 2,
    "repu(3)": 3,
    "identity": 1,
}


def examples(few: int) -> int:
    """How many random examples to take: more when NETBOUNDS_EXAMPLES says so."""
    return int(os.environ.get("NETBOUNDS_EXAMPLES", few))


def number(random: Random) -> Fraction:
    return F(random.randint(-3, 3), random.choice((1, 1, 2, 3)))


class Draft:
    """Weights and biases as nested lists, to be changed."""

    def __init__(
        self, random: Random, inputs: int, activations: list[str], outputs: int, width: int = 3
    ) -> None:
        sizes = [inputs, *(random.randint(1, width) for _ in activations), outputs]
        self.activations = activations
        self.weights = [[[number(random) for _ in range(m)] for _ in range(n)] for m, n in pairwise(sizes)]
        self.biases = [[number(random) for _ in range(n)] for n in sizes[1:]]

    def network(self) -> Network:
        return Network(self.weights, self.biases, self.activations)

    def change(self, random: Random) -> None:
        """One random change that keeps the function."""
        if not self.activations:
            return
        layer = random.randrange(len(self.activations))
        rows, shifts, following = self.weights[layer], self.biases[layer], self.weights[layer + 1]
        name, unit = self.activations[layer], random.randrange(len(rows))
        kind = random.choice(("permute", "split", "dead", "constants", "reflect", "scale"))
        if kind == "permute":
            order = random.sample(range(len(rows)), len(rows))
            rows[:], shifts[:] = [rows[k] for k in order], [shifts[k] for k in order]
            for row in following:
                row[:] = [row[k] for k in order]
        elif kind == "split":
            rows.append(list(rows[unit]))
            shifts.append(shifts[unit])
            for row in following:
                row.append(number(random))
                row[unit] -= row[-1]
        elif kind == "dead":
            rows.append([number(random) for _ in rows[unit]])
            shifts.append(number(random))
            for row in following:
                row.append(F(0))
        elif kind == "constants":
            shift, factor = number(random), number(random)
            for sign in (1, -1):
                rows.append([F(0)] * len(rows[unit]))
                shifts.append(shift)
                for row in following:
                    row.append(sign * factor)
        elif kind == "reflect" and name in ODD | {"sigmoid"}:
            rows[unit], shifts[unit] = [-entry for entry in rows[unit]], -shifts[unit]
            for place, row in enumerate(following):
                if name == "sigmoid":
                    self.biases[layer + 1][place] += row[unit]
                row[unit] = -row[unit]
        elif kind == "scale" and name in HOMOGENEOUS:
            scale = F(random.randint(1, 5), random.randint(1, 4))
            rows[unit], shifts[unit] = [scale * entry for entry in rows[unit]], scale * shifts[unit]
            for row in following:
                row[unit] /= scale ** HOMOGENEOUS[name]

    def perturb(self, random: Random) -> None:
        """One entry changed by little or much."""
        layer = random.randrange(len(self.weights))
        row = random.choice([*self.weights[layer], self.biases[layer]])
        row[random.randrange(len(row))] += random.choice((F(1), F(-1, 3), F(1, 10**6), F(1, 10**30)))


def box(random: Random, inputs: int) -> tuple[list[Fraction], list[Fraction]] | None:
    if random.random() < 0.6:
        return None
    low = [number(random) for _ in range(inputs)]
    return low, [end + random.choice((F(0), F(1, 2), F(3))) for end in low]


def points(
    random: Random, domain: tuple[list[Fraction], list[Fraction]] | None, inputs: int
) -> list[Fraction]:
    if domain is None:
        return [number(random) * random.choice((1, 7)) for _ in range(inputs)]
    return [low + (high - low) * F(random.randint(0, 16), 16) for low, high in zip(*domain, strict=True)]
