"""PySINDy on the samples of `bench/suites/lorenz.ts`: polynomial library, STLSQ with given derivatives and with finite differences."""

import argparse
import json
import time

import numpy as np
import pysindy as ps


def clocked(body, rounds):
    """Median seconds of a call and what the last one gave."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = body()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[rounds // 2], result


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--threads", type=int, default=1)  # Taken from the environment by numpy's BLAS.
parser.add_argument("--input", required=True)
with open(parser.parse_args().input, encoding="utf-8") as file:
    o = json.load(file)
x, x_dot = (np.fromfile(o[name]).reshape(-1, 3) for name in ("states", "derivatives"))


def fit(differentiation, derivatives):
    model = ps.SINDy(
        optimizer=ps.STLSQ(threshold=o["threshold"], alpha=o["alpha"]),
        feature_library=ps.PolynomialLibrary(degree=o["polyOrder"]),
        differentiation_method=differentiation,
    )
    model.fit(x, t=o["dt"], x_dot=derivatives)
    return model.coefficients().T.tolist()


library, _ = clocked(lambda: ps.PolynomialLibrary(degree=o["polyOrder"]).fit_transform(x).shape, 3)
given, of_given = clocked(lambda: fit(None, x_dot), 2)
inner = ps.FiniteDifference(order=2, drop_endpoints=True)
differences, of_differences = clocked(lambda: fit(inner, None), 2)
print(
    json.dumps(
        {
            "seconds": {"features": library, "given": given, "differences": differences},
            "coefficients": {"given": of_given, "differences": of_differences},
            "version": ps.__version__,
        }
    )
)
