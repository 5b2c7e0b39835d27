#!/usr/bin/env python3
"""The lesson's figures beside the best of PyTorch, ONNX Runtime and JAX, from one run.

The programs take turns, several rounds of each (A B A B), one work at a time, never two at once: whatever else the machine does
meets all alike. The table shows the median of the rounds, the lines below it the ratios to the fastest variant of each peer in
each precision. See README.md beside this file.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

import held
from measure import in_its_own_process
from table import OURS, Table
from variants import PEERS, VARIANTS
from works import WORKS

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
SHOWN = ["burn_lstm", *OURS.values()]  # of the lesson's implementations; --all-stages shows every one


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the Python that has the peers (default: this one)")
    parser.add_argument("--work", choices=WORKS, action="append", help="this work only; may be given again (default: all)")
    parser.add_argument("--without", choices=PEERS, action="append", default=[], help="leave this peer out; may be given again")
    parser.add_argument("--variant", choices=[each.name for each in VARIANTS], metavar="NAME", action="append",
                        help="of the peers this variant only, as the table calls it; may be given again (default: all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each measurement of a round lasts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="flex", help="what the lesson computes on (default: flex); beside a GPU stand the peers' variants for GPUs")
    parser.add_argument("--vectors", choices=held.VECTORS, help="hold all programs to these instructions (default: what the CPU has)")
    parser.add_argument("--all-stages", action="store_true", help="every stage of the lesson, not only " + ", ".join(SHOWN))
    parser.add_argument("--dev", action="store_true", help="the build of plain `cargo run` instead of the release build")
    parser.add_argument("--lesson", metavar="PATH", help="a lesson_speed that is built already")
    parser.add_argument("--save", metavar="FILE", help="write every measurement here as well, one JSON object a line")
    return parser.parse_args()


def engine(args):
    return args.device.split(":")[0]


def on_cpu(args):
    return engine(args) in ("flex", "ndarray")


def lesson_command(args):
    """The lesson's program with all flags but the work."""
    if args.lesson:
        command = [str(pathlib.Path(args.lesson).resolve())]
        if not shutil.which(command[0]):
            sys.exit(f"{args.lesson}: not a program")
    else:
        profile = ([] if args.dev else ["--release"]) + ([] if engine(args) == "flex" else ["--features", engine(args)])
        if subprocess.run(["cargo", "build", *profile, "--bin", "lesson_speed"], cwd=REPOSITORY).returncode:
            sys.exit("lesson_speed could not be built")
        command = ["cargo", "run", "--quiet", *profile, "--bin", "lesson_speed", "--"]
    knows = set(re.findall(r"[\w-]+", output_of([*command, "--lang", "en", "--help"])))
    flags = ["--json", "--seconds", str(args.seconds), "--threads", str(args.threads), "--device", args.device]
    if args.vectors:
        if "--vectors" not in knows:
            sys.exit("this lesson_speed has no --vectors")
        flags += ["--vectors", args.vectors]
    if not args.all_stages:
        flags += [f"--implementation={name}" for name in SHOWN if name in knows]
    return command + flags


def output_of(command):
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return done.stdout


def peers_that_are_there(args):
    for peer, (_, modules) in PEERS.items():
        if peer in args.without:
            continue
        done = subprocess.run([args.python, "-c", f"import {modules}"], capture_output=True, text=True)
        if done.returncode == 0:
            yield peer
        else:
            print(f"{peer}: left out: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}", file=sys.stderr)


def rows_of_all(args, lesson, variants):
    """The measurements as they come, round by round."""
    cannot = set()
    for number in range(1, args.rounds + 1):
        for work in args.work or (WORKS if on_cpu(args) else WORKS[:2]):  # nobody writes one character at a time on a GPU
            print(f"round {number} of {args.rounds}, {work}: the lesson", file=sys.stderr)
            for line in output_of([*lesson, "--work", work]).splitlines():
                yield json.loads(line)
            for variant in variants:
                if work not in variant.works or (work, variant) in cannot:
                    continue
                print(f"round {number} of {args.rounds}, {work}: {variant.name}", file=sys.stderr)
                environment = held.environment(variant.threads or args.threads, args.vectors, variant.device)
                row = in_its_own_process(args.python, work, variant, args.seconds, args.threads, environment)
                if row:
                    yield row
                else:
                    cannot.add((work, variant))


def main():
    args = arguments()
    if not shutil.which(args.python):
        sys.exit(f"{args.python}: not a program")
    peers = list(peers_that_are_there(args))
    lesson = lesson_command(args)
    device = "cpu" if on_cpu(args) else "cuda"
    variants = [each for each in VARIANTS if each.peer in peers and each.device == device and each.name in (args.variant or [each.name])]
    if args.variant and not variants:
        sys.exit("none of these variants is for " + args.device)
    table = Table()
    save = open(args.save, "w") if args.save else None
    try:
        for row in rows_of_all(args, lesson, variants):
            table.add(row)
            if save:
                print(json.dumps(row), file=save, flush=True)
    except KeyboardInterrupt:
        print("interrupted: the table has what was measured so far", file=sys.stderr)
    print("\n".join(table.lines()), "\n".join(table.ratios(peers, args.vectors)), table.peak(), sep="\n\n")


if __name__ == "__main__":
    main()
