"""The acoustic inverse problem in PyTorch, for comparison with `problems.acousticInverse()`.

Double precision; assembly by index_add, one Cholesky factorisation of the consistent mass an evaluation, a time loop of dense products, gradient by
autograd. The input has the mesh beside the point: `nodes`, `triangles`, `fixedNodes`, `forcedNode`.
"""

import math

import torch
from measure import arguments, measure


class AcousticInverse:
    def __init__(self, mesh, times=300, end_time=1.0):
        nodes = torch.tensor(mesh["nodes"])
        triangles = torch.tensor(mesh["triangles"], dtype=torch.int64).reshape(-1, 3)
        count = len(nodes)
        free = torch.ones(count, dtype=torch.bool)
        free[torch.tensor(mesh["fixedNodes"], dtype=torch.int64)] = False
        self.n = int(free.sum())
        number = torch.full((count,), self.n, dtype=torch.int64)
        number[free] = torch.arange(self.n)
        corners = nodes[triangles]
        sides = corners[:, [2, 0, 1]] - corners[:, [1, 2, 0]]
        area = 0.5 * (sides[:, 2, 0] * sides[:, 0, 1] - sides[:, 2, 1] * sides[:, 0, 0])
        # Fixed nodes share one row behind the last, which is cut off.
        local = number[triangles]
        self.places = (local[:, :, None] * (self.n + 1) + local[:, None, :]).reshape(-1)
        pattern = torch.ones(3, 3) + torch.eye(3)
        self.masses = area[:, None, None] / 12.0 * pattern
        stiffness = sides @ sides.transpose(1, 2) / (4.0 * area)[:, None, None]
        self.dt = end_time / (times - 1)
        self.times = times
        forced = int(number[mesh["forcedNode"]])
        self.force = torch.zeros(times, self.n)
        self.force[:, forced] = 10.0 * torch.sin(4.0 * math.pi * self.dt * torch.arange(times))
        self.stiffness = self.assemble(stiffness)
        self.truth = 1.0 + 2.0 * corners[:, :, 1].mean(1)
        with torch.no_grad():
            self.data = self.histories(self.truth)

    def assemble(self, local):
        full = torch.zeros((self.n + 1) ** 2).index_add(0, self.places, local.reshape(-1))
        return full.reshape(self.n + 1, self.n + 1)[: self.n, : self.n]

    def histories(self, slowness):
        factor = torch.linalg.cholesky(self.assemble(slowness[:, None, None] * self.masses))
        # One step is u+ = 2 u - u- + dt^2 M^-1 (f - K u): the matrix and the loads for all times by two solves.
        step = 2.0 * torch.eye(self.n) - self.dt**2 * torch.cholesky_solve(self.stiffness, factor)
        loads = self.dt**2 * torch.cholesky_solve(self.force.T, factor).T
        previous = torch.zeros(self.n)
        current = torch.zeros(self.n)
        states = [previous, current]
        for load in loads[1:-1].unbind():
            previous, current = current, torch.addmv(load - previous, step, current)
            states.append(current)
        return torch.stack(states)

    def value(self, a):
        return 0.5 * self.dt * (self.histories(a.abs() + 0.01) - self.data).square().sum()


if __name__ == "__main__":
    options = arguments(__doc__)
    wave, a = AcousticInverse(options.input), options.x.requires_grad_()

    def evaluate():
        value = wave.value(a)
        (gradient,) = torch.autograd.grad(value, a)
        return value.detach(), gradient

    measure("acoustic-inverse", evaluate, options.seconds)
