"""Iterates of the method of moving asymptotes as the package mmapy 0.3.1 makes them (pip install mmapy): golden/moving_asymptotes.json.

Its sub-problems allow several constraints to be violated at a price and are solved by an interior point method, here to 1e-11 instead of
1e-7; the library's have one that is never violated and are solved to rounding. The objective is divided by the largest |g_j| r_j of the start and the
constraint by the mean |w_j| r_j, as the library does by itself.
"""
import json
import pathlib

import mmapy.mma
import numpy as np
from mmapy import mmasub

solve = mmapy.mma.subsolv
mmapy.mma.subsolv = lambda m, n, epsimin, *rest: solve(m, n, 1e-11, *rest)


def rods(x):
    c = np.array([1.0, 4.0, 9.0, 0.25, 2.0, 30.0])
    return (c / x).sum(), -c / x**2


def waves(x):
    a = np.array([1.0, -2.0, 0.5, 3.0])
    chain = np.roll(x, -1) - 0.5 * x
    return (a * np.cos(x)).sum() + 0.1 * chain @ chain, -a * np.sin(x) + 0.2 * (np.roll(chain, 1) - 0.5 * chain)


CASES = [
    ("rods", rods, [1.0] * 6, 2.4, 0.05, 1.0, [0.4] * 6, 10),
    ("rods", rods, [1.0, 2.0, 0.5, 0.0, 1.0, 3.0], 3.0, 0.05, 1.0, [0.4] * 6, 10),
    ("waves", waves, [1.0, -1.0, 2.0, 0.5], 1.0, -6.0, 6.0, [0.5, 0.75, -0.25, 1.0], 8),
]


def run(f, weights, limit, lower, upper, start, steps):
    n = len(start)
    column = lambda v: np.array(v, float).reshape(-1, 1)
    w, x = column(weights), column(start)
    mean = np.abs(w).mean() * (upper - lower)
    low, upp, old, older = np.zeros((n, 1)), np.zeros((n, 1)), x.copy(), x.copy()
    scale, points = None, []
    for k in range(1, steps + 1):
        value, g = f(x.ravel())
        scale = scale or np.abs(g).max() * (upper - lower)
        new, *_, low, upp = mmasub(
            1, n, k, x, column([lower] * n), column([upper] * n), old, older, value / scale, column(g) / scale,
            column([((w.T @ x).item() - limit) / mean]), w.T / mean, low, upp, 1.0, column([0.0]), column([1e4]), column([1.0]),
        )
        older, old, x = old, x, new
        points.append(x.ravel().tolist())
    return points


cases = []
for name, f, weights, limit, lower, upper, start, steps in CASES:
    points = run(f, weights, limit, lower, upper, start, steps)
    cases.append({"problem": name, "weights": weights, "limit": limit, "lower": lower, "upper": upper, "start": start, "points": points})
    print(name, points[-1])
path = pathlib.Path(__file__).parent / "golden" / "moving_asymptotes.json"
path.write_text(json.dumps(cases, indent=1) + "\n")
