"""How a variant is timed: in a process of its own, the median of repeated calls after a warm-up."""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

from variants import PEERS, VARIANTS
from works import ITEMS, STEPS, WORKS

HERE = pathlib.Path(__file__).resolve().parent
WARM_UP, AT_LEAST = 3, 5
LONGEST = 900  # seconds that a process may take, its compiler included


def in_this_process(work, variant, build, version, seconds, threads):
    """The row of one variant. `build(work, variant, threads)` gives a function that does the work and returns its loss, if any."""
    call = build(work, variant, threads)
    losses = [call() for _ in range(2)]
    memory = peak_memory_mb()  # of a process that made two steps and nothing else
    for _ in range(WARM_UP - len(losses)):
        call()
    times, begun = [], time.perf_counter()
    while len(times) < AT_LEAST or time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    step = statistics.median(times) / STEPS[work]
    row = {
        "work": work,
        "implementation": variant.name,
        "peer": variant.peer,
        "precision": variant.precision,
        "ms_per_step": 1e3 * step,
        "items_per_second": ITEMS[work] / step,
        "steps": len(times) * STEPS[work],
        "threads": threads,
        "device": variant.device,
        "version": version,
    }
    if losses[0] is not None:
        row["first_loss"] = losses[0]
    if work == "poems":
        row["peak_memory_mb"] = memory
    return row


def in_its_own_process(python, work, variant, seconds, threads, environment=None):
    """The same, measured by the peer's program; None, and a line that says why, where the variant cannot run."""
    program, _ = PEERS[variant.peer]
    command = [python, str(HERE / program), "--work", work, "--variant", variant.name]
    command += ["--seconds", str(seconds), "--threads", str(threads)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, env={**os.environ, **(environment or {})})
    except subprocess.TimeoutExpired:
        return left_out(variant, work, f"not done after {LONGEST} seconds")
    if done.returncode == 0:
        return json.loads(done.stdout.splitlines()[-1])
    if done.returncode < 0:
        return left_out(variant, work, f"ended by signal {-done.returncode}")
    return left_out(variant, work, (done.stderr.strip().splitlines() or ["no reason given"])[-1])


def left_out(variant, work, reason):
    print(f"{work}, {variant.name}: left out: {reason}", file=sys.stderr, flush=True)


def peak_memory_mb():
    """The most memory this process ever held, in units of 10^6 bytes."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # getrusage of Linux remembers the parent's, too
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def main(peer, description, build, version):
    """The command line that the programs of all peers share."""
    mine = {variant.name: variant for variant in VARIANTS if variant.peer == peer}
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", choices=WORKS, action="append", help="this work only; may be given again (default: all)")
    names = "one of " + ", ".join(mine) + "; may be given again (default: all)"
    parser.add_argument("--variant", choices=mine, metavar="NAME", action="append", help=names)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long to repeat each work")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="the variants of this device (default: cpu)")
    args = parser.parse_args()
    names = args.variant or [name for name, variant in mine.items() if variant.device == args.device]
    pairs = [(work, mine[name]) for work in args.work or WORKS for name in names if work in mine[name].works]
    if not pairs:
        sys.exit(f"no variant of this work for {args.device}")
    if len(pairs) == 1:
        work, variant = pairs[0]
        try:
            row = in_this_process(work, variant, build, version, args.seconds, variant.threads or args.threads)
        except Exception as error:
            sys.exit(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
        print(json.dumps(row), flush=True)
        return
    for work, variant in pairs:
        row = in_its_own_process(sys.executable, work, variant, args.seconds, args.threads)
        if row:
            print(json.dumps(row), flush=True)
