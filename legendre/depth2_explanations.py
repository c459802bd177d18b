"""What a lower bound on the width of depth-2 networks assumes, in words."""

from __future__ import annotations

from identifiability.activations import Activation
from legendre.depth2_questions import Depth2Question

_RELU_BOX = "B^2 sqrt(d) b_n / sqrt(N), as derived for legendre.neuron_coefficient"
_REACH = "|z| <= B (1 + sqrt(4d))"
_RELU_SUPREMUM = "each neuron is bounded by its supremum B^2 (1 + sqrt(4d))"
_SUPREMUM = f"each neuron is bounded by B times half the range of the activation on {_REACH}"


def explanation(question: Depth2Question, method: str, reachable: bool) -> str:
    """What the bound assumes, and how a neuron is bounded."""
    sigma = question.activation
    relu = sigma.name == "relu"
    assumed = f"{'ReLU' if relu else sigma}, all weights and biases in [-B, B]"
    supremum = _RELU_SUPREMUM if relu else _SUPREMUM
    if not reachable:
        return (
            f"{assumed}; the target has more than the error allowed in the degrees in which a network has "
            "nothing, however wide it is"
        )
    match method:
        case "box":
            return f"{assumed}; in each degree a neuron contributes at most {_box(sigma)}"
        case "optimal":
            if relu:
                norm = "(sqrt(3)/2) B^2"
            else:
                norm = (
                    "B min(half the range, (sqrt(3)/2) B times the total variation of the derivative) "
                    f"of the activation on {_REACH}, which bounds that"
                )
            return (
                f"{assumed}; the best test function, where each neuron is bounded by the norm {norm} of its "
                "part in degrees >= 1"
            )
        case "dual":
            return f"{assumed}; tested against the tail from degree n on, {supremum}"
        case "tail":
            return f"{assumed}; Daniely's inequality with the tail from degree n on, {supremum}"
        case _:
            return f"ReLU, B = 2^d, sin(pi d^3 t), n = d^2; the concluding formula of the slides, {supremum}"


def _box(sigma: Activation) -> str:
    if sigma.name == "relu":
        return _RELU_BOX
    if sigma.name == "sin":
        return "B max A_n^2 / sqrt(N), with A_n(k) = |E exp(iks) L_n(s)| for |k| <= sqrt(d) B"
    if sigma.name == "repu":
        return (
            f"B (sqrt(d) B)^p b_{{n,p}} / sqrt(N), 2n > p, and B times half its range on {_REACH} / sqrt(N)"
        )
    if sigma.is_polynomial:
        return "B times half its range / sqrt(N), and nothing in degrees n above half that of the polynomial"
    if sigma.derivative_l1.is_finite:
        return (
            "B min(V_0 b_{n,0}, V_1 sqrt(d) B b_{n,1}) / sqrt(N), V_0 and V_1 the total variations of the "
            f"activation and of its derivative on {_REACH}"
        )
    return f"V_1 B^2 sqrt(d) b_n / sqrt(N), V_1 the total variation of the derivative on {_REACH}"
