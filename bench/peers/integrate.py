"""The Lorenz system by SciPy's RK45 and torchdiffeq's dopri5, the right side written out by hand; seconds for each accepted step.

Both are timed over a shorter time than the library and compared by the step. A package that is not installed is left out.
"""

import argparse
import json
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--input", required=True)
arguments = parser.parse_args()
with open(arguments.input, encoding="utf-8") as file:
    o = json.load(file)
start, short, tolerances = o["start"], o["short"], {"rtol": o["rtol"], "atol": o["atol"]}
peers = []


def best(body, rounds=3):
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        result = body()
        seconds.append(time.perf_counter() - begin)
    return min(seconds), result


try:
    import scipy
    from scipy.integrate import solve_ivp

    def lorenz(_, u):
        x, y, z = u.tolist()
        return [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z]

    seconds, solution = best(lambda: solve_ivp(lorenz, (0.0, 20.0), start, method="RK45", **tolerances))
    end = solve_ivp(lorenz, (0.0, short), start, method="RK45", **tolerances).y[:, -1]
    name = f"scipy {scipy.__version__}, solve_ivp RK45"
    peers.append({"name": name, "secondsPerStep": seconds / (len(solution.t) - 1), "end": end.tolist()})
except ImportError:
    pass

try:
    import torch
    import torchdiffeq

    torch.set_num_threads(arguments.threads)
    state = torch.tensor(start, dtype=torch.float64)

    class Lorenz(torch.nn.Module):
        steps = 0

        def forward(self, _, u):
            x, y, z = u.unbind()
            return torch.stack((10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z))

        def callback_accept_step(self, *_):
            self.steps += 1

    field = Lorenz()
    with torch.no_grad():

        def run(to):
            field.steps = 0
            return torchdiffeq.odeint(field, state, torch.tensor([0.0, to], dtype=torch.float64), method="dopri5", **tolerances)

        seconds, solution = best(lambda: run(float(short)))
    name = f"torchdiffeq {torchdiffeq.__version__}, dopri5, torch {torch.__version__}"
    peers.append({"name": name, "secondsPerStep": seconds / field.steps, "end": solution[-1].tolist()})
except ImportError:
    pass

print(json.dumps(peers))
