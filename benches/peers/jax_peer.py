#!/usr/bin/env python3
"""The two training works of lesson 6 in JAX, as a user of JAX would write them: one JSON object a line.

jit over the whole step, lax.scan over time, Adam of optax, float32. The sizes are those of `pytorch.py`.
"""

import itertools
import os

import jax
import numpy as np
import optax
from jax import lax, nn
from jax import numpy as jnp

import measure
from works import (
    BATCH, BATCHES, BOS, CLASSES, D_EMBED, D_HIDDEN, EOS, FIRST, LR, POEM_LAYERS, POEM_STEPS, ROWS, SEED, VOCAB_SIZE, WIDTH,
)

UNROLLED = 10  # steps of time in one turn of the loop, where it is unrolled


def uniform(rng, *shape):
    bound = D_HIDDEN**-0.5
    return jnp.asarray(rng.uniform(-bound, bound, shape), jnp.float32)


def lstm_weights(rng, width):
    return {"W": uniform(rng, width, 4 * D_HIDDEN), "U": uniform(rng, D_HIDDEN, 4 * D_HIDDEN), "b": uniform(rng, 4 * D_HIDDEN)}


def head_weights(rng, classes):
    return {"W": uniform(rng, D_HIDDEN, classes), "b": uniform(rng, classes)}


def lstm(weights, x, unroll):
    """[B, T, E] -> [B, T, H]"""
    from_inputs = jnp.swapaxes(x @ weights["W"] + weights["b"], 0, 1)  # [T, B, 4H], for all steps at once

    def step(state, from_input):
        h, c = state
        i, f, g, o = jnp.split(from_input + h @ weights["U"], 4, axis=1)  # each [B, H]
        c = nn.sigmoid(f) * c + nn.sigmoid(i) * jnp.tanh(g)
        h = nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    zeros = jnp.zeros((x.shape[0], D_HIDDEN))
    _, outputs = lax.scan(step, (zeros, zeros), from_inputs, unroll=unroll)
    return jnp.swapaxes(outputs, 0, 1)


def poems(rng, unroll):
    characters = [rng.integers(FIRST, VOCAB_SIZE, (BATCH, POEM_STEPS - 1)) for _ in range(BATCHES)]
    start, end = np.full((BATCH, 1), BOS), np.full((BATCH, 1), EOS)
    batches = [(np.concatenate([start, c], 1), np.concatenate([c, end], 1)) for c in characters]
    layers = [lstm_weights(rng, D_EMBED if layer == 0 else D_HIDDEN) for layer in range(POEM_LAYERS)]
    embedding = jnp.asarray(rng.normal(size=(VOCAB_SIZE, D_EMBED)), jnp.float32)
    weights = {"embedding": embedding, "layers": layers, "head": head_weights(rng, VOCAB_SIZE)}

    def logits(weights, tokens):
        x = weights["embedding"][tokens]  # [B, T, E]
        for layer in weights["layers"]:
            x = lstm(layer, x, unroll)
        return x @ weights["head"]["W"] + weights["head"]["b"]  # [B, T, V]

    return weights, batches, logits


def mnist(rng, unroll):
    batches = [(rng.random((BATCH, ROWS, WIDTH), np.float32), rng.integers(0, CLASSES, BATCH)) for _ in range(BATCHES)]
    weights = {"layer": lstm_weights(rng, WIDTH), "head": head_weights(rng, CLASSES)}

    def logits(weights, rows):
        last = lstm(weights["layer"], rows, unroll)[:, -1]  # [B, H]
        return last @ weights["head"]["W"] + weights["head"]["b"]  # [B, 10]

    return weights, batches, logits


def build(work, variant, threads):
    os.environ["PJRT_NPROC"] = str(threads)  # read when the first array is made
    jax.config.update("jax_platforms", "cpu")
    unroll = UNROLLED if "unrolled" in variant.options else 1
    weights, batches, logits = {"poems": poems, "mnist": mnist}[work](np.random.default_rng(SEED), unroll)
    batches = [tuple(jnp.asarray(part) for part in batch) for batch in batches]
    adam = optax.adam(LR)
    moments = adam.init(weights)
    turns = itertools.cycle(batches)

    def loss_of(weights, inputs, targets):
        return optax.softmax_cross_entropy_with_integer_labels(logits(weights, inputs), targets).mean()

    def whole(weights, moments, inputs, targets):
        loss, gradients = jax.value_and_grad(loss_of)(weights, inputs, targets)
        updates, moments = adam.update(gradients, moments)
        return optax.apply_updates(weights, updates), moments, loss

    whole = jax.jit(whole, donate_argnums=(0, 1))  # old weights and moments make room for new ones

    def step():
        nonlocal weights, moments
        weights, moments, loss = whole(weights, moments, *next(turns))
        jax.block_until_ready(weights)
        return loss.item()

    return step


if __name__ == "__main__":
    measure.main("jax", __doc__, build, jax.__version__)
