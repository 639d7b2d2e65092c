"""The nonlinear heat problem in PyTorch: energy, residual, Hessian and Newton direction of one point, in double precision.

Written as one would for speed there: sines and cosines are products, so the fields and the moments are tensor products of small
matrices, and products of two modes along one direction are tables that are made once. One line of JSON is printed.
"""
import argparse
import json
import math
import os
import platform
import resource
import statistics
import time

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--seconds", type=float, default=5.0)
parser.add_argument("--modes", type=int, default=15)
parser.add_argument("--points", type=int, default=300)
parser.add_argument("--point", help="JSON array of the coefficients; default: uniform in [-3, 3) from seed 0, as in the library")
arguments = parser.parse_args()
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = str(arguments.threads)

import torch  # noqa: E402 (threads are set before)

torch.set_num_threads(arguments.threads)
torch.set_default_dtype(torch.float64)

SIGMA, AMPLITUDE, INSIDE, OUTSIDE = 4.0, 1e7, 20.0, 1.0


class NonlinearHeat:
    """`E = mean(K (grad u . grad u)^2 + sigma u^5 / 5 - B u)` over the midpoints of the unit square."""

    def __init__(self, modes, points):
        self.modes = modes
        x = (torch.arange(points) + 0.5) / points
        frequency = math.pi * torch.arange(1, modes + 1)
        self.s = torch.sin(torch.outer(frequency, x))
        self.c = frequency[:, None] * torch.cos(torch.outer(frequency, x))
        central = (x - 0.5).abs() <= 0.25
        weight = 1.0 / points**2
        self.k = weight * torch.where(torch.outer(central, central), INSIDE, OUTSIDE)
        self.b = weight * AMPLITUDE * torch.outer(x * torch.sin(4 * math.pi * x), torch.sin(3 * math.pi * x))
        self.sigma = weight * SIGMA
        # Products of two modes along one direction. Those of equal kind are symmetric: each pair once.
        self.i, self.j = torch.tril_indices(modes, modes)
        self.ss = self.s[self.i] * self.s[self.j]
        self.cc = self.c[self.i] * self.c[self.j]
        self.cs = (self.c[:, None] * self.s[None]).reshape(modes * modes, points)
        self.ss_t, self.cc_t, self.cs_t = (t.T.contiguous() for t in (self.ss, self.cc, self.cs))
        # From pairs to all: where the pair (i, j) stands among the lower ones.
        pair = torch.empty(modes, modes, dtype=torch.long)
        pair[self.i, self.j] = torch.arange(len(self.i))
        pair[self.j, self.i] = torch.arange(len(self.i))
        self.pair = pair.reshape(-1)

    def newton(self, a):
        n = self.modes
        a = a.reshape(n, n)
        along_x, slope_x = self.s.T @ a, self.c.T @ a
        u, ux, uy = along_x @ self.s, slope_x @ self.s, along_x @ self.c
        xx, yy = ux * ux, uy * uy
        q = xx + yy
        k4 = 4 * self.k
        kq = k4 * q
        cube = self.sigma * u**3
        fourth = cube * u
        energy = (0.25 * kq * q + u * (0.2 * fourth - self.b)).sum()
        residual = self.c @ (kq * ux) @ self.s.T + self.s @ (kq * uy) @ self.c.T + self.s @ (fourth - self.b) @ self.s.T
        # Moments over pairs along x and pairs along y.
        even = self.cc @ (kq + 2 * k4 * xx) @ self.ss_t
        even += self.ss @ (kq + 2 * k4 * yy) @ self.cc_t
        even += self.ss @ (4 * cube) @ self.ss_t
        mixed = self.cs @ (2 * k4 * ux * uy) @ self.cs_t
        # H[(i,k),(j,l)]: even over (i,j), (k,l); mixed over c_i s_j, c_l s_k and over c_j s_i, c_k s_l.
        even = even[self.pair][:, self.pair].reshape(n, n, n, n)
        mixed = mixed.reshape(n, n, n, n)
        hessian = even.permute(0, 2, 1, 3) + mixed.permute(0, 3, 1, 2) + mixed.permute(1, 2, 0, 3)
        hessian = hessian.reshape(n * n, n * n)
        residual = residual.reshape(-1)
        factor, failed = torch.linalg.cholesky_ex(hessian)
        if failed:
            direction = torch.linalg.solve(hessian, residual)
        else:
            direction = torch.cholesky_solve(residual[:, None], factor)[:, 0]
        return energy, residual, hessian, direction


def uniform(seed, index):
    """SplitMix64, as in the library."""
    mask = (1 << 64) - 1
    z = (seed + (index + 1) * 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return ((z ^ (z >> 31)) >> 11) / 2**53


def main():
    size = arguments.modes**2
    point = json.loads(arguments.point) if arguments.point else [6 * uniform(0, k) - 3 for k in range(size)]
    a = torch.tensor(point)
    problem = NonlinearHeat(arguments.modes, arguments.points)
    with torch.inference_mode():
        energy, residual, _, direction = problem.newton(a)
        for _ in range(5):
            problem.newton(a)
        times = []
        end = time.perf_counter() + arguments.seconds
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            problem.newton(a)
            times.append(time.perf_counter() - start)
    print(
        json.dumps(
            {
                "name": "nonlinear-heat",
                "evaluations": len(times),
                "secondsPerEvaluation": statistics.median(times),
                "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "value": energy.item(),
                "gradientNorm": residual.norm().item(),
                "directionNorm": direction.norm().item(),
                "versions": {"python": platform.python_version(), "torch": torch.__version__},
            }
        )
    )


main()
