"""Deep elasticity in PyTorch, double precision: energy and gradient by the parameters at midpoints of the unit cube.

The same problem as `problems.deepElasticity()`, as one would write it in torch for speed. The spatial derivatives are carried along as
tangents beside the values (all four go through one matrix product a layer), and autograd differentiates the energy by the parameters.
Points are summed up in chunks that stay in the cache; each chunk's graph is freed by its `backward`.

`--tangents func` takes `torch.func.vmap(torch.func.jacfwd(...))` for the spatial derivatives instead: slower here, kept to be compared.
"""

import torch
from measure import arguments, measure

LAMBDA = MU = 0.4


def network(hidden, layers, values):
    """Layer by layer: weight row-major, then bias; the last one has none."""
    sizes, at = [3] + [hidden] * layers + [3], 0
    linears = [torch.nn.Linear(a, b, bias=i < layers) for i, (a, b) in enumerate(zip(sizes, sizes[1:]))]
    with torch.no_grad():
        for p in (p for linear in linears for p in linear.parameters()):
            p.copy_(values[at : at + p.numel()].view_as(p))
            at += p.numel()
    assert at == len(values)
    return linears


def fields_by_tangents(linears, x):
    """Values n x 3 and spatial derivatives 3 (direction) x n x 3 of the network."""
    n = x.shape[0]
    first = linears[0]
    a = torch.tanh(first(x))
    s = 1 - a * a
    # The first layer's derivative by x_k is a column of its weights, at every point.
    rows = torch.cat([a.unsqueeze(0), s * first.weight.t().unsqueeze(1)])
    for linear in linears[1:-1]:
        z = (rows.view(4 * n, -1) @ linear.weight.t()).view(4, n, -1)
        a = torch.tanh(z[0] + linear.bias)
        rows = torch.cat([a.unsqueeze(0), (1 - a * a) * z[1:]])
    out = (rows.view(4 * n, -1) @ linears[-1].weight.t()).view(4, n, 3)
    return out[0], out[1:]


def fields_by_func(linears, x):
    def at_point(p):
        for linear in linears[:-1]:
            p = torch.tanh(linear(p))
        p = linears[-1](p)
        return p, p

    jacobian, value = torch.func.vmap(torch.func.jacfwd(at_point, has_aux=True))(x)
    return value, jacobian.permute(2, 0, 1)


def energy_sum(fields, linears, x):
    n, dn = fields(linears, x)
    z = x[:, 2:3]
    u = z * n
    h = z * dn
    h = torch.stack([h[0], h[1], h[2] + n])
    e = 0.5 * (h + h.permute(2, 1, 0))
    trace = e[0, :, 0] + e[1, :, 1] + e[2, :, 2]
    strain = 0.5 * LAMBDA * trace.square().sum() + MU * e.square().sum()
    work = 10 * ((0.5 - x[:, 1]) * u[:, 0] + (x[:, 0] - 0.5) * u[:, 1]).sum()
    return strain - work


def evaluate(fields, linears, x, chunk):
    for linear in linears:
        linear.zero_grad(set_to_none=True)
    count, total = x.shape[0], 0.0
    for part in x.split(chunk):
        value = energy_sum(fields, linears, part) / count
        value.backward()
        total += value.item()
    return total, torch.cat([p.grad.reshape(-1) for linear in linears for p in linear.parameters()])


def midpoints(cells):
    c = (torch.arange(cells) + 0.5) / cells
    return torch.cartesian_prod(c, c, c)


if __name__ == "__main__":
    options = arguments(__doc__, cells=99, hidden=20, layers=2, chunk=0, tangents="hand")
    linears = network(options.hidden, options.layers, options.x)
    fields = fields_by_tangents if options.tangents == "hand" else fields_by_func
    x = midpoints(options.cells)
    # The fastest ones on one thread and on several.
    chunk = options.chunk or (1024 if options.threads == 1 else 16384)
    measure("deep-elasticity", lambda: evaluate(fields, linears, x, chunk), options.seconds)
