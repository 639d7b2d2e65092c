"""The nonlinear heat problem in PyTorch: energy, residual, Hessian and Newton direction of one point, in double precision.

Written as one would for speed there: sines and cosines are products, so the fields and the moments are tensor products of small
matrices, and products of two modes along one direction are tables that are made once.
"""
import math

import torch
from measure import arguments, measure

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


if __name__ == "__main__":
    options = arguments(__doc__, modes=15, points=300)
    heat = NonlinearHeat(options.modes, options.points)
    with torch.inference_mode():
        # What is compared is the value of `newton`, the residual norm, and the norm of the direction.
        def evaluate():
            _, residual, _, direction = heat.newton(options.x)
            return residual.norm(), direction

        measure("nonlinear-heat", evaluate, options.seconds)
