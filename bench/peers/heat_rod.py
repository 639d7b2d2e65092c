"""The heat rod in torch: the recursion as matrix-vector products with one inverse an evaluation, the gradient by autograd."""

import math

import torch
from measure import arguments, measure

MODES, CELLS, TIMES, END = 30, 250, 500, 2.0


class HeatRod:
    def __init__(self):
        self.width, self.dt = 1 / CELLS, END / (TIMES - 1)
        x = (torch.arange(CELLS) + 0.5) / CELLS
        k = torch.arange(1, MODES + 1)
        self.basis = torch.sin(math.pi * torch.outer(x, k))
        slopes = math.pi * k * torch.cos(math.pi * torch.outer(x, k))
        left, right = slopes[x <= 0.5], slopes[x > 0.5]
        self.mass = self.width * self.basis.T @ self.basis
        self.stiffness = torch.stack([left.T @ left, right.T @ right])
        time = torch.linspace(0, END, TIMES)
        self.forcing = torch.zeros(TIMES, MODES)
        self.forcing[:, 1] = 1000 * torch.sin(2 * math.pi * time)
        with torch.no_grad():
            self.data = self.temperature(torch.tensor([2.0, 1.0]))

    def temperature(self, a):
        system = self.mass / self.dt + torch.tensordot(a, self.stiffness, 1)
        inverse = torch.linalg.inv(system)
        step, forced = inverse @ (self.mass / self.dt), self.forcing @ inverse.T
        states = [torch.zeros(MODES)]
        for i in range(1, TIMES):
            states.append(torch.addmv(forced[i], step, states[-1]))
        return torch.stack(states) @ self.basis.T

    def __call__(self, a):
        a = a.detach().requires_grad_()
        value = torch.log(self.width * self.dt * ((self.temperature(a) - self.data) ** 2).sum())
        (gradient,) = torch.autograd.grad(value, a)
        return value.detach(), gradient


if __name__ == "__main__":
    options = arguments(__doc__)
    rod = HeatRod()
    measure("heat-rod", lambda: rod(options.x), options.seconds)
