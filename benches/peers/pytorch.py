#!/usr/bin/env python3
"""The three works of lesson 6 in PyTorch, as a user of PyTorch would write them: eager mode, float32, Adam.

poems     one training step: embedding 128, two LSTM layers of 128, vocabulary 6,110, batch 64 x 60 characters, all of them counted
mnist     one training step: LSTM 128 over 28 rows of 28 pixels, the last output names the digit, batch 64
sampling  one character written by that poem model: one stream, no gradients, drawn by torch.multinomial at temperature 0.8

One JSON object a line, with the keys of `lesson_speed --json`.
"""

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import time

import torch
from torch import nn

BATCH, POEM_STEPS, VOCAB_SIZE, D_EMBED, D_HIDDEN, POEM_LAYERS = 64, 60, 6110, 128, 128, 2
ROWS, WIDTH, CLASSES = 28, 28, 10
BATCHES = 8  # they take turns, as in lesson_speed
FIRST, BOS, EOS = 4, 1, 2  # the first real character; ids of the start and the end
LR = 1e-3
TEMPERATURE = 0.8
CHARACTERS = 64  # written per timed step of the sampling
WARM_UP, AT_LEAST = 3, 5


class PoemModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCAB_SIZE, D_EMBED)
        self.lstm = nn.LSTM(D_EMBED, D_HIDDEN, POEM_LAYERS, batch_first=True)
        self.head = nn.Linear(D_HIDDEN, VOCAB_SIZE)

    def forward(self, tokens, state=None):
        hidden, state = self.lstm(self.embedding(tokens), state)
        return self.head(hidden), state


class RowClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(WIDTH, D_HIDDEN, batch_first=True)
        self.head = nn.Linear(D_HIDDEN, CLASSES)

    def forward(self, rows):
        outputs, _ = self.lstm(rows)
        return self.head(outputs[:, -1])


def training(model, batches, logits_and_targets, fused_adam):
    """A function that makes one whole training step."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LR, fused=fused_adam or None)
    loss_of = nn.CrossEntropyLoss()
    turns = itertools.cycle(batches)

    def step():
        optimizer.zero_grad()
        loss = loss_of(*logits_and_targets(model, *next(turns)))
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def poems(fused_adam):
    characters = [torch.randint(FIRST, VOCAB_SIZE, (BATCH, POEM_STEPS - 1)) for _ in range(BATCHES)]
    start, end = torch.full((BATCH, 1), BOS), torch.full((BATCH, 1), EOS)
    batches = [(torch.cat([start, c], 1), torch.cat([c, end], 1)) for c in characters]

    def logits_and_targets(model, inputs, targets):
        logits, _ = model(inputs)
        return logits.reshape(-1, VOCAB_SIZE), targets.reshape(-1)

    return training(PoemModel(), batches, logits_and_targets, fused_adam), BATCH * POEM_STEPS, 1


def mnist(fused_adam):
    batches = [(torch.rand(BATCH, ROWS, WIDTH), torch.randint(0, CLASSES, (BATCH,))) for _ in range(BATCHES)]
    return training(RowClassifier(), batches, lambda m, rows, labels: (m(rows), labels), fused_adam), BATCH, 1


def sampling(_):
    model = PoemModel().eval()
    token, state = torch.full((1, 1), BOS), None

    @torch.no_grad()
    def write():
        nonlocal token, state
        for _ in range(CHARACTERS):
            logits, state = model(token, state)
            token = torch.multinomial(torch.softmax(logits[:, -1] / TEMPERATURE, 1), 1)
            token.item()  # a writer wants to see it

    return write, CHARACTERS, CHARACTERS


WORKS = {"poems": poems, "mnist": mnist, "sampling": sampling}


def timed(work, seconds, fused_adam):
    """Median milliseconds of a step, and the items in a second."""
    run, items, steps = WORKS[work](fused_adam)
    for _ in range(WARM_UP):
        run()
    times, begun = [], time.perf_counter()
    while len(times) < AT_LEAST or time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    median = statistics.median(times)
    return 1e3 * median / steps, items / median, len(times)


def peak_memory_mb():
    """The most memory this process ever held, in units of 10^6 bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", choices=WORKS, action="append", help="this work only; may be given again (default: all)")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long to repeat each work")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--fused-adam", action="store_true", help="PyTorch's fused Adam instead of its default one")
    parser.add_argument("--no-memory", action="store_true", help="leave out the peak memory of the poem step")
    parser.add_argument("--memory-only", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(6)

    if args.memory_only:  # a process of its own: two poem steps and nothing else
        run, *_ = poems(args.fused_adam)
        for _ in range(2):
            run()
        print(peak_memory_mb())
        return

    for work in args.work or WORKS:
        ms, items, steps = timed(work, args.seconds, args.fused_adam)
        row = {
            "work": work,
            "implementation": "pytorch",
            "ms_per_step": ms,
            "items_per_second": items,
            "steps": steps,
            "threads": args.threads,
            "version": torch.__version__,
        }
        if work == "poems" and not args.no_memory:
            again = [sys.executable, __file__, "--memory-only", "--threads", str(args.threads)]
            again += ["--fused-adam"] * args.fused_adam
            row["peak_memory_mb"] = float(subprocess.run(again, check=True, capture_output=True, text=True).stdout)
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
