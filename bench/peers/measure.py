"""What all peers share: the command line, the point that is evaluated, the clock, and one line of JSON at the end."""

import argparse
import json
import platform
import resource
import statistics
import time

import torch


def arguments(description, **sizes):
    """`--threads`, `--seconds`, `--input` and an option for each size; sets torch up.

    The input is a JSON file, whose `x` is the point.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--input", required=True)
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_default_dtype(torch.float64)
    with open(options.input, encoding="utf-8") as file:
        options.input = json.load(file)
    options.x = torch.tensor(options.input["x"], dtype=torch.float64)
    return options


def measure(name, evaluate, seconds):
    """Repeats `evaluate() -> (value, gradient)` for so many seconds and prints what an evaluation takes."""
    for _ in range(2):
        value, gradient = evaluate()
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        value, gradient = evaluate()
        times.append(time.perf_counter() - start)
    # Kilobytes, but bytes on a Mac.
    unit = 1 if platform.system() == "Darwin" else 1024
    print(
        json.dumps(
            {
                "name": name,
                "evaluations": len(times),
                "secondsPerEvaluation": statistics.median(times),
                "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
                "value": float(value),
                "gradientNorm": float(gradient.norm()),
                "versions": {"torch": torch.__version__, "python": platform.python_version()},
            }
        )
    )
