"""Deep elasticity in PyTorch, double precision: energy and gradient by the parameters at midpoints of the unit cube.

The same problem as `problems.deepElasticity()`, as one would write it in torch for speed. The spatial derivatives are carried along as
tangents beside the values (all four go through one matrix product a layer), and autograd differentiates the energy by the parameters.
Points are summed up in chunks that stay in the cache; each chunk's graph is freed by its `backward`.

`--tangents func` takes `torch.func.vmap(torch.func.jacfwd(...))` for the spatial derivatives instead: slower here, kept to be compared.
"""

import argparse
import json
import math
import platform
import resource
import statistics
import time

import torch

LAMBDA = MU = 0.4


def network(hidden, layers, seed):
    torch.manual_seed(seed)
    sizes = [3] + [hidden] * layers + [3]
    return [
        torch.nn.Linear(a, b, bias=i < layers, dtype=torch.float64) for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
    ]


def load_start(linears, values):
    """Layer by layer: weight row-major, then bias."""
    values, at = torch.tensor(values, dtype=torch.float64), 0
    with torch.no_grad():
        for p in (p for linear in linears for p in linear.parameters()):
            p.copy_(values[at : at + p.numel()].view_as(p))
            at += p.numel()
    assert at == len(values)


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
    c = (torch.arange(cells, dtype=torch.float64) + 0.5) / cells
    return torch.cartesian_prod(c, c, c)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--cells", type=int, default=99)
    parser.add_argument("--hidden", type=int, default=20)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", help="JSON file with a list of parameters, or an object with one as `start`")
    parser.add_argument("--chunk", type=int, help="points of one graph; by default 1024 on one thread, 16384 on several")
    parser.add_argument("--tangents", choices=["hand", "func"], default="hand")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    chunk = args.chunk or (1024 if args.threads == 1 else 16384)

    linears = network(args.hidden, args.layers, args.seed)
    if args.start:
        with open(args.start, encoding="utf-8") as file:
            stored = json.load(file)
        load_start(linears, stored["start"] if isinstance(stored, dict) else stored)
    fields = fields_by_tangents if args.tangents == "hand" else fields_by_func
    x = midpoints(args.cells)

    value, gradient = evaluate(fields, linears, x, chunk)
    times, begin = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - begin < args.seconds:
        once = time.perf_counter()
        value, gradient = evaluate(fields, linears, x, chunk)
        times.append(time.perf_counter() - once)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if platform.system() == "Darwin" else 1024)
    assert math.isfinite(value)
    print(
        json.dumps(
            {
                "name": "deep-elasticity",
                "evaluations": len(times),
                "secondsPerEvaluation": statistics.median(times),
                "peakBytes": peak,
                "value": value,
                "gradientNorm": gradient.norm().item(),
                "versions": {"python": platform.python_version(), "torch": torch.__version__},
            }
        )
    )


if __name__ == "__main__":
    main()
