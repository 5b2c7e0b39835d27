#!/usr/bin/env python3
"""The three works of lesson 6 in PyTorch, in every way that variants.py names: one JSON object a line.

On a GPU (--device cuda) the variants that begin with cudnn take the place of those of a CPU.

poems     one training step: embedding 128, two LSTM layers of 128, vocabulary 6,110, batch 64 x 60 characters, all of them counted
mnist     one training step: LSTM 128 over 28 rows of 28 pixels, the last output names the digit, batch 64
sampling  one character written by that poem model: one stream, no gradients, drawn by torch.multinomial at temperature 0.8
"""

import itertools

import torch
from torch import nn
from torch.nn import functional as F

import measure
from works import (
    BATCH, BATCHES, BOS, CHARACTERS, CLASSES, D_EMBED, D_HIDDEN, EOS, FIRST, LR, POEM_LAYERS, POEM_STEPS, ROWS, SEED, TEMPERATURE,
    VOCAB_SIZE, WIDTH,
)


class PoemModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCAB_SIZE, D_EMBED)
        self.lstm = nn.LSTM(D_EMBED, D_HIDDEN, POEM_LAYERS, batch_first=True)
        self.head = nn.Linear(D_HIDDEN, VOCAB_SIZE)

    def forward(self, tokens, state=None):
        hidden, state = self.lstm(self.embedding(tokens), state)  # [B, T, H]
        return hidden.flatten(0, 1), state  # [B*T, H]

    @staticmethod
    def first_state():
        return torch.zeros(POEM_LAYERS, 1, D_HIDDEN), torch.zeros(POEM_LAYERS, 1, D_HIDDEN)  # h, c


class PoemCells(nn.Module):
    """The same model step by step: one token in, one row of hidden state out."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCAB_SIZE, D_EMBED)
        self.cells = nn.ModuleList(nn.LSTMCell(D_EMBED if layer == 0 else D_HIDDEN, D_HIDDEN) for layer in range(POEM_LAYERS))
        self.head = nn.Linear(D_HIDDEN, VOCAB_SIZE)

    def forward(self, tokens, state):
        x, after = self.embedding(tokens)[0], []  # [1, E]
        for cell, before in zip(self.cells, state):
            x, c = cell(x, before)  # [1, H]
            after.append((x, c))
        return x, after

    @staticmethod
    def first_state():
        return [(torch.zeros(1, D_HIDDEN), torch.zeros(1, D_HIDDEN)) for _ in range(POEM_LAYERS)]  # h, c of each layer


class RowClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(WIDTH, D_HIDDEN, batch_first=True)
        self.head = nn.Linear(D_HIDDEN, CLASSES)

    def forward(self, rows):
        outputs, _ = self.lstm(rows)
        return self.head(outputs[:, -1])


def training(model, batches, loss_of, variant):
    """A function that makes one whole training step."""
    device = variant.device
    model.to(device)
    batches = [tuple(part.to(device) for part in batch) for batch in batches]
    as_graph = "graph" in variant.options
    fused = "fused_adam" in variant.options or None
    optimizer = torch.optim.Adam(model.parameters(), lr=LR, fused=fused, capturable=as_graph)
    loss_of = torch.compile(loss_of) if "compiled" in variant.options else loss_of
    turns = itertools.cycle(batches)

    def one(batch):
        optimizer.zero_grad()
        with torch.autocast(device, torch.bfloat16, enabled=variant.precision == "bf16"):
            loss = loss_of(*batch)
        loss.backward()
        optimizer.step()
        return loss

    if as_graph:
        return recorded(one, batches[0], turns)
    return lambda: one(next(turns)).item()


def recorded(one, batch, turns):
    """The same step recorded once and played as one launch: nothing of it waits for Python."""
    batch = tuple(part.clone() for part in batch)
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            one(batch)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = one(batch)

    def step():
        for place, part in zip(batch, next(turns)):
            place.copy_(part)
        graph.replay()
        return loss.item()

    return step


def poems(variant):
    characters = [torch.randint(FIRST, VOCAB_SIZE, (BATCH, POEM_STEPS - 1)) for _ in range(BATCHES)]
    start, end = torch.full((BATCH, 1), BOS), torch.full((BATCH, 1), EOS)
    batches = [(torch.cat([start, c], 1), torch.cat([c, end], 1)) for c in characters]  # inputs and targets, [B, T]
    model = PoemModel()

    def loss_of(inputs, targets):
        hidden, _ = model(inputs)
        return F.cross_entropy(model.head(hidden), targets.flatten())

    def chunked_loss_of(inputs, targets):
        """Projection and loss a chunk of rows at a time: the [B*T, V] logits never exist."""
        # The compiler lets gradients be asked for twice only if the loss keeps its buffers, so that it must be told to.
        options = torch.nn.LinearCrossEntropyOptions(allow_retain_graph="compiled" in variant.options)
        hidden, _ = model(inputs)
        head = model.head
        return F.linear_cross_entropy(hidden, head.weight, targets.flatten(), linear_bias=head.bias, options=options)

    return training(model, batches, chunked_loss_of if "chunked" in variant.options else loss_of, variant)


def mnist(variant):
    batches = [(torch.rand(BATCH, ROWS, WIDTH), torch.randint(0, CLASSES, (BATCH,))) for _ in range(BATCHES)]
    model = RowClassifier()
    return training(model, batches, lambda rows, labels: F.cross_entropy(model(rows), labels), variant)


def sampling(variant):
    model = (PoemCells if "cells" in variant.options else PoemModel)().eval()
    token, state = torch.full((1, 1), BOS), model.first_state()

    def next_of(token, state):
        hidden, state = model(token, state)  # [1, H]
        return torch.multinomial(torch.softmax(model.head(hidden) / TEMPERATURE, 1), 1), state  # [1, 1]

    if "compiled" in variant.options:
        # Frozen weights are constants that the compiler packs as it likes; it tries its own products and keeps the faster.
        tuned = {"freezing": True, "max_autotune": True} if "frozen" in variant.options else None
        next_of = torch.compile(next_of, options=tuned)

    @torch.no_grad()
    def write():
        nonlocal token, state
        for _ in range(CHARACTERS):
            token, state = next_of(token, state)
            token.item()  # a writer wants to see it

    return write


def build(work, variant, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    # cuDNN's LSTM rounds to TF32 unless it is told not to.
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = variant.precision == "tf32"
    return {"poems": poems, "mnist": mnist, "sampling": sampling}[work](variant)


if __name__ == "__main__":
    measure.main("pytorch", __doc__, build, torch.__version__)
