"""Normal forms have the values of their networks, and are complete for one hidden layer."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
import sympy
from equal_networks import ACTIVATIONS, Draft, box, examples, number, points
from flint import arb, ctx, fmpq

from identifiability.activations import activation
from identifiability.equality.constant_sums import is_zero_constant
from identifiability.equality.domains import Box, read_domain
from identifiability.equality.function_atoms import KINDS, ONE, Atom, AtomTable, Form, ball_values
from identifiability.equality.shallow_forms import Work, difference, is_decisive, network_forms, remainder
from identifiability.equality.unit_forms import unit_form
from identifiability.equality.value_ranges import REALS, Range, image
from identifiability.errors import Inexact
from identifiability.network import Network

F = Fraction


def value(table: AtomTable, form: Form, point: list[Fraction]) -> arb:
    atoms = ball_values(table.atoms, point)
    return sum((atoms[place] * arb(c) for place, c in form.items()), arb(0))


def balls(point: list[Fraction]) -> list[arb]:
    return [arb(fmpq(x.numerator, x.denominator)) for x in point]


def agree(table: AtomTable, forms: list[Form], net: Network, point: list[Fraction]) -> bool:
    with ctx.workprec(256):
        return all(
            value(table, form, point).overlaps(exact) or not value(table, form, point).is_finite()
            for form, exact in zip(forms, net(balls(point)), strict=True)
        )


@pytest.mark.parametrize("seed", range(3))
def test_forms_have_the_values_of_their_networks(seed):
    random = Random(seed)
    told_apart = 0
    for _ in range(examples(150)):
        inputs = random.randint(1, 3)
        names = [random.choice(ACTIVATIONS) for _ in range(random.randint(1, 3))]
        net = Draft(random, inputs, names, 2).network()
        domain = box(random, inputs)
        where = read_domain(domain, inputs)
        table = AtomTable(max(1, len(where.free)))
        restricted = where.restricted(net)
        forms = network_forms(table, restricted, where.box)
        for _ in range(3):
            x = points(random, domain, inputs)
            free = [x[place] for place in where.free] or [F(0)]
            assert agree(table, forms, restricted, free), (names, net.weights, net.biases, domain, x)
        wrong = [form | {ONE: form.get(ONE, 0) + fmpq(1, 1000)} for form in forms]
        told_apart += not agree(table, wrong, restricted, free)
    assert told_apart > 0.9 * examples(150)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_units_on_each_side_of_their_breakpoints(name):
    sigma = activation(name)
    for values in (REALS, Range(F(0), None), Range(None, F(0)), Range(F(2), F(3)), Range(F(-3), F(-2))):
        low = -3 if values.low is None else values.low
        high = 3 if values.high is None else values.high
        for scale in (F(1), F(-3, 2)):
            table = AtomTable(1)
            form = unit_form(
                table, sigma, {ONE: fmpq(1, 2), 1: fmpq(scale.numerator, scale.denominator)}, values
            )
            for step in range(9):
                u = low + (high - low) * F(step, 8)
                exact = sigma.ball(balls([u])[0])
                assert value(table, form, [(u - F(1, 2)) / scale]).overlaps(exact)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_images_contain_the_values(name):
    random, sigma = Random(1), activation(name)
    for _ in range(60):
        ends = sorted(number(random) * random.choice((1, 5, 10**9)) for _ in range(2))
        low, high = (random.choice((end, None)) for end in ends)
        found = image(sigma, Range(low, high))
        for end in (ends[0], ends[1], (ends[0] + ends[1]) / 2):
            exact = sigma.ball(balls([end])[0])
            assert found.low is None or not exact < balls([found.low])[0]
            assert found.high is None or not exact > balls([found.high])[0]


def test_images_are_sharp_where_constants_hang_on_them():
    assert image(activation("elu"), REALS) == Range(F(-1), None)
    assert image(activation("isrlu(4/9)"), REALS) == Range(F(-3, 2), None)
    assert image(activation("isru(1/4)"), Range(F(0), None)) == Range(F(0), F(2))
    assert image(activation("clipped_relu"), Range(F(1, 2), F(9))) == Range(F(1, 2), F(1))
    assert image(activation("prelu(-2)"), Range(F(-3), F(1))) == Range(F(0), F(6))


def test_polynomials_of_one_layer_against_sympy():
    random = Random(5)
    x, y = sympy.symbols("x y")
    zeros = 0
    for _ in range(40):
        rows = [[random.randint(-1, 1) for _ in range(2)] for _ in range(5)]
        shifts = [random.randint(-1, 1) for _ in range(5)]
        outgoing = [random.choice((-1, 1, 2, -2)) for _ in range(5)]
        if random.random() < 0.4:
            # (x + y)^2 + (x - y)^2 - 2x^2 - 2y^2 = 0, with an idle unit.
            rows = [[1, 1], [1, -1], [1, 0], [0, 1], [0, 0]]
            shifts, outgoing = [0, 0, 0, 0, 0], [1, 1, -2, -2, 1]
        net = Network([rows, [outgoing]], [shifts, [0]], "polynomial(0, 1, 1)")
        terms = [a * x + b * y + c for (a, b), c in zip(rows, shifts, strict=True)]
        expanded = sympy.expand(sum(v * (t + t**2) for v, t in zip(outgoing, terms, strict=True)))
        table = AtomTable(2)
        (form,) = network_forms(table, net)
        entries = [expanded.coeff(x, int(key == 1)).coeff(y, int(key == 2)) for key in range(3)]
        linear = {key: fmpq(int(entry)) for key, entry in enumerate(entries) if entry != 0}
        rest = remainder(table, difference(form, linear))
        quadratic = any(sympy.Poly(expanded, x, y).coeff_monomial(m) for m in (x * x, x * y, y * y))
        assert bool(rest) == quadratic
        zeros += not rest
    assert 0 < zeros < 40


@pytest.mark.parametrize(
    ("terms", "zero"),
    [
        ([("1/2", 1), ("1/3", 1), ("1", -1)], True),
        ([("1/5", 4), ("1/239", -1), ("1", -1)], True),
        ([("1/5", 4), ("1/239", -1), ("1", -2)], False),
        ([("1/5", 4), ("1/238", -1), ("1", -1)], False),
        # The arguments add up to 2π, and the product is positive all the same.
        ([("1", 8)], False),
        ([("1/2", "1/7"), ("1/3", "1/7"), ("1", "-1/7")], True),
    ],
)
def test_sums_of_angles(terms, zero):
    table = AtomTable(1)
    form = {
        table.number(Atom("arctan", ((ONE, fmpq(F(b).numerator, F(b).denominator)),))): fmpq(
            F(n).numerator, F(n).denominator
        )
        for b, n in terms
    }
    assert is_zero_constant(table, form) == zero
    with ctx.workprec(200):
        assert value(table, form, [F(0)]).contains(0) == zero


def test_sums_of_other_constants_are_not_called_zero():
    table = AtomTable(1)
    form = {table.number(Atom("erf", ((ONE, fmpq(1)),))): fmpq(1)}
    assert not is_zero_constant(table, form)
    both = form | {table.number(Atom("arctan", ((ONE, fmpq(1)),))): fmpq(1)}
    assert not is_zero_constant(table, both)


def test_roots_are_compared_as_numbers():
    # isru(b) = b/sqrt(1 + b^2): sqrt(8) = 2 sqrt(2) and sqrt(2) cancel.
    table = AtomTable(1)
    net = Network([[[0], [0]], [["1/7", -1]]], [[7, 1], [0]], "isru")
    (form,) = network_forms(table, net)
    with ctx.workprec(100):
        expected = (arb(1) / arb(50).sqrt()) - 1 / arb(2).sqrt()
        assert value(table, form, [F(0)]).overlaps(expected)
    assert len(form) == 1
    assert table.atoms[next(iter(form))] == Atom("root", (), 2)


def test_every_kind_of_atom_is_what_it_is_called():
    u = arb("0.75")
    expected = {
        "half tanh": (u / 2).tanh(),
        "even tanh": u * (u.exp() - 1) / (u.exp() + 1),
        "softplus": (1 + u.exp()).log(),
        "clipped exponential": arb(0),
        "normal erf": 2 * _normal(u) - 1,
        "even erf": u * (2 * _normal(u) - 1),
    }
    with ctx.workprec(80):
        for kind, number_ in expected.items():
            assert KINDS[kind](u, None).overlaps(number_)
        assert KINDS["log sum"](u, ((F(0), F(1)),)).overlaps((1 + u.exp()).log())
        assert KINDS["clipped exponential"](-u, None).overlaps((-u).exp() - 1)
        assert KINDS["signed power"](-u, 2).overlaps(-(u**2))


def _normal(u: arb) -> arb:
    return (1 + (u / arb(2).sqrt()).erf()) / 2


def test_forms_that_decide():
    table = AtomTable(1)
    shallow = network_forms(table, Network([[[1]], [[1]]], None, "erf"))[0]
    deep = network_forms(table, Network([[[1]], [[1]], [[1]]], None, "erf"))[0]
    assert is_decisive(table, shallow)
    assert not is_decisive(table, deep)
    assert not is_decisive(table, {ONE: fmpq(1)})


def test_work_is_bounded():
    net = Draft(Random(0), 3, ["relu", "relu"], 1).network()
    with pytest.raises(Inexact, match="more than 3 products"):
        network_forms(AtomTable(3), net, None, Work(3))


def test_a_box_is_used_only_as_far_as_it_goes():
    net = Network([[[1]], [[1]]])
    inside, across = AtomTable(1), AtomTable(1)
    assert network_forms(inside, net, Box((F(0),), (F(1),))) == [{1: fmpq(1)}]
    assert network_forms(across, net, Box((F(-1, 10**30),), (F(1),))) != [{1: fmpq(1)}]
