"""How long networks in files take, beside numpy's own files and a copy of the same memory.

Run with ``pytest benchmarks/bench_files.py``; the ratios are in ``extra_info`` of the saved JSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse

from identifiability.files.formats import load_network, save_network
from identifiability.network import Network

SIZES = (784, 4096, 4096, 10)


def best_of(work: Callable[[], object], rounds: int = 5) -> float:
    """The least of a few wall-clock times, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def compare(benchmark: Any, work: Callable[[], object], **references: Callable[[], object]) -> None:
    """Time the work, and record its ratio to each reference."""
    benchmark.pedantic(work, rounds=5, warmup_rounds=1)
    for name, reference in references.items():
        benchmark.extra_info[f"ratio_to_{name}"] = benchmark.stats.stats.min / best_of(reference)


@pytest.fixture(scope="module")
def network() -> Network:
    generator = np.random.default_rng(0)
    weights = [generator.standard_normal((out, inputs), dtype="f") for inputs, out in pairwise(SIZES)]
    return Network(weights, [generator.standard_normal(out, dtype="f") for out in SIZES[1:]])


@pytest.fixture(scope="module")
def numpy_file(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("numpy") / "arrays.npz"
    np.savez(path, *network.weights, *network.biases)
    return path


def copy_of(network: Network) -> Callable[[], object]:
    return lambda: [np.copy(part) for part in (*network.weights, *network.biases)]


def numpy_load(path: Path) -> Callable[[], object]:
    def load() -> dict[str, np.ndarray]:
        with np.load(path) as arrays:
            return dict(arrays)

    return load


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".onnx"])
def test_load_dense_floats(benchmark, network, numpy_file, tmp_path, suffix):
    path = tmp_path / f"net{suffix}"
    save_network(network, path)
    assert load_network(path) == network
    compare(
        benchmark, lambda: load_network(path), memory_copy=copy_of(network), numpy_load=numpy_load(numpy_file)
    )


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".onnx"])
def test_save_dense_floats(benchmark, network, tmp_path, suffix):
    path = tmp_path / f"net{suffix}"

    def numpy_save() -> None:
        np.savez(tmp_path / "arrays.npz", *network.weights, *network.biases)

    compare(
        benchmark, lambda: save_network(network, path), memory_copy=copy_of(network), numpy_save=numpy_save
    )


def test_load_sparse_floats(benchmark, tmp_path):
    generator = np.random.default_rng(0)
    sparse = scipy.sparse.random_array((10**5, 10**5), density=1e-4, rng=generator, format="csr")
    network = Network([sparse, np.ones((1, 10**5))])
    path = tmp_path / "net.npz"
    save_network(network, path)
    scipy.sparse.save_npz(tmp_path / "sparse.npz", sparse, compressed=False)
    compare(
        benchmark,
        lambda: load_network(path),
        memory_copy=sparse.copy,
        scipy_load=lambda: scipy.sparse.load_npz(tmp_path / "sparse.npz"),
    )


@pytest.mark.parametrize("bits", [30, 200])
def test_load_exact(benchmark, tmp_path, bits):
    generator = np.random.default_rng(0)
    entries = generator.integers(-(2**30), 2**30, (400, 400)).astype(object) * 2 ** (bits - 30) + 1
    network = Network([entries, entries[:1]])
    path = tmp_path / "net.npz"
    save_network(network, path)
    assert load_network(path) == network
    compare(benchmark, lambda: load_network(path), object_copy=lambda: Network([entries, entries[:1]]))


def test_load_text(benchmark, network, tmp_path):
    small = Network([part[:500, :500] for part in network.weights[:2]]).to_float("float64")
    path = tmp_path / "net.nnet"
    save_network(small, path)
    numbers = [repr(entry) for part in small.weights for entry in np.ravel(part).tolist()]
    compare(benchmark, lambda: load_network(path), parsing_alone=lambda: [float(text) for text in numbers])
