"""What can go wrong, said in one sentence: what was given, and what to pass instead."""

from __future__ import annotations


class NetboundsError(ValueError):
    """Root of every error that the three packages raise on purpose."""


class InvalidInput(NetboundsError):
    """An argument is outside the domain that the function states."""


class InvalidFormula(NetboundsError):
    """A formula that a user typed is not in the language that the parser accepts."""


class InvalidNetwork(NetboundsError):
    """Weights and biases that do not make a network: NaN, ragged or mismatching shapes."""


class Inexact(NetboundsError):
    """An exact or certified answer was asked for where the arithmetic cannot give one."""


class Undecided(NetboundsError):
    """The truth value of an undecided verdict was asked for."""


class InvalidFile(NetboundsError):
    """A file cannot be read or written, or it does not hold a network."""


class MissingPackage(NetboundsError):
    """An optional package is needed and is not installed."""
