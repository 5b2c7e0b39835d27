#!/usr/bin/env python3
"""The lesson's figures and PyTorch's side by side, from one run.

The two programs take turns, several rounds of each (A B A B), one work at a time, never both at once: whatever else the machine does
meets both alike. The table shows the median of the rounds. See README.md beside this file.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
WORKS = ["poems", "mnist", "sampling"]
SHOWN = ["burn_lstm", "fused"]  # of the implementations; --all-stages shows every one


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the Python that has torch (default: this one)")
    parser.add_argument("--work", choices=WORKS, action="append", help="this work only; may be given again (default: all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each measurement of a round lasts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--all-stages", action="store_true", help="every stage of the lesson, not only " + ", ".join(SHOWN))
    parser.add_argument("--dev", action="store_true", help="the build of plain `cargo run` instead of the release build")
    args = parser.parse_args()

    profile = [] if args.dev else ["--release"]
    subprocess.run(["cargo", "build", *profile, "--bin", "lesson_speed"], cwd=REPOSITORY, check=True)
    flags = ["--seconds", str(args.seconds), "--threads", str(args.threads)]
    chosen = [] if args.all_stages else [f"--implementation={name}" for name in SHOWN]
    lesson = ["cargo", "run", "--quiet", *profile, "--bin", "lesson_speed", "--", "--json", *flags, *chosen]
    pytorch = [args.python, str(HERE / "pytorch.py"), *flags]

    rows = {}  # (work, implementation) -> the objects of all rounds
    for number in range(1, args.rounds + 1):
        for work in args.work or WORKS:
            for program in (lesson, pytorch):
                print(f"round {number} of {args.rounds}, {work}: {pathlib.Path(program[0]).name}", file=sys.stderr)
                output = subprocess.run([*program, "--work", work], cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True)
                for line in output.stdout.splitlines():
                    row = json.loads(line)
                    rows.setdefault((row["work"], row["implementation"]), []).append(row)
    show(rows)


def show(rows):
    def middle(key, name):
        values = [row[name] for row in rows[key] if name in row]
        return statistics.median(values) if values else None

    print("| work | implementation | ms a step | items a second | against PyTorch | per cent of peak | peak memory, MB |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for key in rows:
        work, implementation = key
        ms, percent, memory = (middle(key, name) for name in ("ms_per_step", "percent_of_peak", "peak_memory_mb"))
        ratio = middle((work, "pytorch"), "ms_per_step") / ms
        cells = [work, implementation, f"{ms:.3g}" if ms < 100 else f"{ms:.0f}", f"{middle(key, 'items_per_second'):,.0f}"]
        cells += [f"{ratio:.2f}x", "" if percent is None else f"{percent:.0f} %", "" if memory is None else f"{memory:.0f}"]
        print("| " + " | ".join(cells) + " |")
    peaks = [row["peak_gflops"] for all_rounds in rows.values() for row in all_rounds if "peak_gflops" in row]
    print(f"\nThis machine's own matmul: {statistics.median(peaks):.0f} GFLOP/s (median of the rounds).")


if __name__ == "__main__":
    main()
