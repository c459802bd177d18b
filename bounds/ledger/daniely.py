"""Daniely's depth separation, in the slides of T. Kocák (2019): all claims, in the order of the slides.

References: Daniely, Depth Separation for Neural Networks (2017); slides by T. Kocák, 10 May 2019.
"""

from __future__ import annotations

from bounds.ledger import (
    daniely_approximation,
    daniely_conclusion,
    daniely_dimension,
    daniely_expansions,
    daniely_lipschitz,
    daniely_networks,
    daniely_polynomials,
    daniely_proof,
    daniely_sine,
    daniely_sine_steps,
    daniely_theorem,
    daniely_width,
)
from bounds.ledger.claim import Claim


def claims() -> tuple[Claim, ...]:
    """The claims of the slides."""
    return (
        *daniely_networks.CLAIMS,
        *daniely_lipschitz.CLAIMS,
        *daniely_approximation.CLAIMS,
        *daniely_polynomials.CLAIMS,
        *daniely_dimension.CLAIMS,
        *daniely_expansions.CLAIMS,
        *daniely_theorem.CLAIMS,
        *daniely_proof.CLAIMS,
        *daniely_sine.CLAIMS,
        *daniely_sine_steps.CLAIMS,
        *daniely_conclusion.CLAIMS,
        *daniely_width.CLAIMS,
    )
