"""SciPy's minimizers and Anderson mixing on functions that the other side of two pipes evaluates.

A line of JSON starts a run: {"method", "options", "x0", "rate", "restart"}. For every evaluation this side writes `E` and the point, float64; the
answer is a byte, 0 to go on or 1 to stop, the value and the gradient. A run ends with `D` and a line of JSON. An empty line ends the process.
"""

import json
import sys

import numpy as np
import scipy
from scipy.optimize import minimize

INPUT, OUTPUT = sys.stdin.buffer, sys.stdout.buffer


class Stop(Exception):
    """The other side has seen enough."""


def evaluate(x):
    x = np.ascontiguousarray(x, dtype=np.float64)
    OUTPUT.write(b"E" + x.tobytes())
    OUTPUT.flush()
    answer = INPUT.read(9 + 8 * x.size)
    if len(answer) < 9 + 8 * x.size or answer[0] != 0:
        raise Stop
    numbers = np.frombuffer(answer, dtype=np.float64, offset=1)
    value, gradient = numbers[0], numbers[1:].copy()
    if not (np.isfinite(value) and np.all(np.isfinite(gradient))):
        return np.inf, np.zeros(x.size)
    return value, gradient


def scipys(job):
    """One call; with `restart`, called again from its end for as long as that differs."""
    x = np.array(job["x0"])
    while True:
        result = minimize(evaluate, x, jac=True, method=job["method"], options=job["options"])
        if not job["restart"] or np.array_equal(result.x, x):
            return str(result.message)
        x = result.x


def anderson(job):
    """Anderson mixing of descent steps, the memory emptied when the value grows by more than a tenth."""
    memory, rate = job["options"]["memory"], job["rate"]
    x = np.array(job["x0"])
    points, gradients = [], []
    f, g = evaluate(x)
    while True:
        points, gradients = (points + [x])[-memory - 1 :], (gradients + [g])[-memory - 1 :]
        step = rate * g
        if len(points) > 1:
            dx = (np.array(points[:-1]) - x).T
            dg = (np.array(gradients[:-1]) - g).T
            step = step + (dx - rate * dg) @ np.linalg.lstsq(dg, g, rcond=1e-10)[0]
        new = x - step
        f_new, g_new = evaluate(new)
        if not np.isfinite(f_new) or f_new > f + 0.1 * abs(f) + 1e-12 * abs(f):
            points, gradients = [], []
            new = x - rate * g
            f_new, g_new = evaluate(new)
        if np.array_equal(new, x):
            return "does not move"
        x, f, g = new, f_new, g_new


def main():
    sys.stderr.reconfigure(line_buffering=True)
    np.seterr(all="ignore")
    while line := INPUT.readline().strip():
        job = json.loads(line)
        try:
            message = anderson(job) if job["method"] == "Anderson" else scipys(job)
        except Stop:
            message = "stopped"
        except (ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
            message = f"{type(error).__name__}: {error}"
        end = {"message": message, "versions": {"scipy": scipy.__version__, "numpy": np.__version__}}
        OUTPUT.write(b"D" + json.dumps(end).encode() + b"\n")
        OUTPUT.flush()


main()
