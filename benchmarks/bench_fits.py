"""An epoch of the published hypernetwork, beside PyTorch, plain numpy and the bare matrix products.

Run with ``pytest benchmarks/bench_fits.py``; the ratios are in ``extra_info`` of the saved JSON.  The rounds
alternate, so that all of them meet the same load of the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from bounds.fits.hypernetworks import HypernetworkModel
from bounds.fits.losses import MEAN_SQUARED_ERROR
from bounds.fits.models import initial
from bounds.fits.optimisers import Optimiser, adam, sgd
from bounds.fits.samples import Samples
from bounds.fits.training import train

SAMPLES, BATCH, ROUNDS, RATE = 6_000, 200, 7, 1e-5
"""A fifth of the published 30,000 samples: the times of an epoch are proportional to them."""
G = (1000, 10, 1)
WRITTEN = 10_010
META = {"depth 2": (1000, 100, WRITTEN), "depth 5": (1000, 100, 100, 100, 100, WRITTEN)}


@pytest.fixture(scope="module")
def samples() -> Samples:
    rng = np.random.default_rng(0)
    return Samples(
        rng.standard_normal((SAMPLES, 1000), dtype="f"),
        rng.standard_normal((SAMPLES, 1000), dtype="f"),
        rng.standard_normal((SAMPLES, 1), dtype="f"),
    )


def record(benchmark: Any, work: Callable[[], object], references: dict[str, Callable[[], object]]) -> None:
    """Time the work and the references in turn; record the ratios of the least times."""
    times: dict[str, list[float]] = {name: [] for name in ("", *references)}
    benchmark.pedantic(work, rounds=1)
    for _ in range(ROUNDS):
        for name, timed in (("", work), *references.items()):
            begin = time.perf_counter()
            timed()
            times[name].append(time.perf_counter() - begin)
    for name in references:
        benchmark.extra_info[f"ratio_to_{name}"] = min(times[""]) / min(times[name])
        benchmark.extra_info[f"median_ratio_to_{name}"] = float(np.median(times[""]) / np.median(times[name]))
    benchmark.extra_info["seconds"] = {name or "epoch": min(values) for name, values in times.items()}


def torch_epoch(widths: tuple[int, ...], samples: Samples, rule: Optimiser) -> Callable[[], object]:
    torch = pytest.importorskip("torch")
    layers: list[Any] = []
    for incoming, out in pairwise(widths):
        layers += [torch.nn.Linear(incoming, out), torch.nn.ReLU()]
    f = torch.nn.Sequential(*layers[:-1])
    made = torch.optim.SGD if rule.name == "sgd" else torch.optim.Adam
    optimiser = made(f.parameters(), lr=RATE)
    x, instances, y = (torch.from_numpy(part) for part in (samples.x, samples.I, samples.y))

    def epoch() -> None:
        order = torch.randperm(SAMPLES)
        for begin in range(0, SAMPLES, BATCH):
            rows = order[begin : begin + BATCH]
            theta = f(instances[rows])
            first, second = theta[:, :10_000].view(-1, 10, 1000), theta[:, 10_000:].view(-1, 1, 10)
            hidden = torch.relu(torch.bmm(first, x[rows].unsqueeze(2)))
            loss = torch.nn.functional.mse_loss(torch.bmm(second, hidden).squeeze(2), y[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()

    return epoch


def plain_epoch(model: HypernetworkModel, samples: Samples) -> Callable[[], object]:
    """SGD that writes the primary's parameters out, for every sample."""
    theta = initial(model, np.random.default_rng(0))
    weights, biases, start = [], [], 0
    for incoming, out in pairwise(model.f_widths):
        end = start + incoming * out
        weights.append(theta[start:end].reshape(out, incoming).copy())
        biases.append(theta[end : end + out].copy())
        start = end + out

    def epoch() -> None:
        order = np.random.default_rng(1).permutation(SAMPLES)
        for begin in range(0, SAMPLES, BATCH):
            rows = order[begin : begin + BATCH]
            x, values, y = samples.x[rows], [samples.I[rows]], samples.y[rows]
            for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
                after = values[-1] @ weight.T + bias
                values.append(np.maximum(after, 0) if layer < len(weights) - 1 else after)
            first, second = values[-1][:, :10_000].reshape(-1, 10, 1000), values[-1][:, 10_000:]
            before = np.matmul(first, x[:, :, None])[:, :, 0]
            hidden = np.maximum(before, 0)
            delta = 2 * ((second * hidden).sum(axis=1, keepdims=True) - y) / len(y)
            back = delta * second * (before > 0)
            outer = (back[:, :, None] * x[:, None, :]).reshape(len(x), -1)
            current = np.concatenate((outer, delta * hidden), axis=1)
            for layer in reversed(range(len(weights))):
                below = current @ weights[layer] if layer else None
                weights[layer] -= np.float32(RATE) * (current.T @ values[layer])
                biases[layer] -= np.float32(RATE) * current.sum(axis=0)
                if below is not None:
                    current = below * (values[layer] > 0)

    return epoch


def bare_products(widths: tuple[int, ...], samples: Samples) -> Callable[[], object]:
    """Of an epoch with the last layer contracted in the cheaper order: what no program can avoid."""
    rng = np.random.default_rng(0)
    x, features = samples.x[:BATCH], rng.standard_normal((BATCH, 100), dtype="f")
    stacked = rng.standard_normal((10, 1000, 100), dtype="f")
    scaled, into = rng.standard_normal((10, BATCH, 100), dtype="f"), np.empty_like(stacked)
    inner = [rng.standard_normal((out, incoming), dtype="f") for incoming, out in pairwise(widths[:-1])]

    def epoch() -> None:
        for _ in range(SAMPLES // BATCH):
            np.matmul(x, stacked)
            np.matmul(x.T, scaled, out=into)
            for layer, weight in enumerate(inner):
                inputs = features if layer else x
                inputs @ weight.T
                features.T @ inputs
                if layer:
                    features @ weight

    return epoch


@pytest.mark.parametrize("rule", [sgd(RATE), adam(RATE)], ids=lambda rule: rule.name)
@pytest.mark.parametrize("depth", META)
def test_epoch_of_the_published_hypernetwork(benchmark, samples, depth, rule):
    model = HypernetworkModel(META[depth], G)
    theta = initial(model, np.random.default_rng(0))

    def epoch() -> None:
        fit = train(
            model,
            samples,
            MEAN_SQUARED_ERROR,
            rule,
            epochs=1,
            batch=BATCH,
            rng=np.random.default_rng(1),
            theta=theta,
        )
        assert fit.status == "ok"

    references = {"bare_products": bare_products(META[depth], samples)}
    if rule.name == "sgd":
        references["plain_numpy"] = plain_epoch(model, samples)
    try:
        references["pytorch"] = torch_epoch(META[depth], samples, rule)
    except pytest.skip.Exception:
        benchmark.extra_info["pytorch"] = "not installed"
    record(benchmark, epoch, references)
