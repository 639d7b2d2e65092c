"""What all peers share: the command line, the clock, and one line of JSON at the end."""

import argparse
import json
import platform
import resource
import statistics
import time

import torch


def arguments(**sizes):
    """`--threads`, `--seconds` and one option for each size; sets torch up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2.0)
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_default_dtype(torch.float64)
    return options


def measure(name, evaluate, seconds):
    """Repeats `evaluate() -> (value, gradient)` for so many seconds and prints what an evaluation takes."""
    value, gradient = evaluate()  # warm
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        value, gradient = evaluate()
        times.append(time.perf_counter() - start)
    # Kilobytes on Linux.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        json.dumps(
            {
                "name": name,
                "evaluations": len(times),
                "secondsPerEvaluation": statistics.median(times),
                "peakBytes": peak,
                "value": float(value),
                "gradientNorm": float(gradient.norm()),
                "versions": {"torch": torch.__version__, "python": platform.python_version()},
            }
        )
    )
