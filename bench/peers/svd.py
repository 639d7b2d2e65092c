"""Thin SVD of a tall random matrix by numpy's LAPACK, the same numbers as `bench/suites/svd.ts`."""

import argparse
import json
import os
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--threads", default="2")
parser.add_argument("--input", required=True)
options = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = options.threads

import numpy as np  # noqa: E402

with open(options.input) as file:
    given = json.load(file)
m, n = given["rows"], given["columns"]

# The linear congruential generator modulo 2^32, by doubling: from k states the next k with the multiplier of k steps.
mask = np.uint64(2**32 - 1)
states = np.array([(12345 * 1664525 + 1013904223) % 2**32], dtype=np.uint64)
factor, shift = 1664525, 1013904223
while len(states) < m * n:
    states = np.concatenate([states, (states * np.uint64(factor) + np.uint64(shift)) & mask])
    factor, shift = factor * factor % 2**32, (factor * shift + shift) % 2**32
a = (states[: m * n].astype(float) / 2**32 - 0.5).reshape(m, n)
a *= 10.0 ** (-given["decades"] * np.arange(n) / (n - 1))
del states

seconds = []
for _ in range(4):
    start = time.perf_counter()
    _, s, _ = np.linalg.svd(a, full_matrices=False)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": sorted(seconds[1:])[1], "s": s.tolist()}))
