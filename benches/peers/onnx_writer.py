#!/usr/bin/env python3
"""One character written by the poem model of lesson 6 with ONNX Runtime: one JSON object a line.

The graph is put together here, with weights drawn at random: embedding 128, two LSTM layers of 128, vocabulary 6,110. The state and the
character go out of one run and into the next. The character is drawn at temperature 0.8, by numpy or by the graph's own Multinomial.
"""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import measure
from works import BOS, CHARACTERS, D_EMBED, D_HIDDEN, POEM_LAYERS, SEED, TEMPERATURE, VOCAB_SIZE

IR_VERSION, OPSET = 10, 18  # old enough for the runtimes of some years


def graph(multinomial):
    """token [1, 1] and the state of each layer, h and c of [1, 1, H] -> logits [1, V] or the drawn token [1, 1], and the next state."""
    rng = np.random.default_rng(SEED)
    bound = D_HIDDEN**-0.5  # as PyTorch draws them

    def weight(name, *shape):
        return numpy_helper.from_array(rng.uniform(-bound, bound, shape).astype(np.float32), name)

    constants = [weight("embedding", VOCAB_SIZE, D_EMBED), weight("head", D_HIDDEN, VOCAB_SIZE), weight("head_bias", VOCAB_SIZE)]
    constants += [numpy_helper.from_array(np.array([axis]), f"axis_{axis}") for axis in (0, 1)]
    constants += [numpy_helper.from_array(np.float32(TEMPERATURE), "temperature")]
    nodes = [helper.make_node("Gather", ["embedding", "token"], ["x0"])]  # [1, 1, E], time first
    states, next_states = [], []
    for layer in range(POEM_LAYERS):
        width = D_EMBED if layer == 0 else D_HIDDEN
        names = [f"{name}{layer}" for name in ("W", "R", "bias")]
        shapes = [(1, 4 * D_HIDDEN, width), (1, 4 * D_HIDDEN, D_HIDDEN), (1, 8 * D_HIDDEN)]
        constants += [weight(name, *shape) for name, shape in zip(names, shapes)]
        before, after = [f"h{layer}", f"c{layer}"], [f"h{layer}_next", f"c{layer}_next"]
        inputs = [f"x{layer}", *names, "", *before]  # no sequence lengths
        nodes.append(helper.make_node("LSTM", inputs, [f"y{layer}", *after], hidden_size=D_HIDDEN))
        nodes.append(helper.make_node("Squeeze", [f"y{layer}", "axis_1"], [f"x{layer + 1}"]))  # without the directions
        states, next_states = states + before, next_states + after
    nodes.append(helper.make_node("Squeeze", [f"x{POEM_LAYERS}", "axis_0"], ["hidden"]))  # [1, H]
    nodes.append(helper.make_node("Gemm", ["hidden", "head", "head_bias"], ["z"]))  # [1, V]
    nodes.append(helper.make_node("Div", ["z", "temperature"], ["logits"]))
    first = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, VOCAB_SIZE])
    if multinomial:
        nodes.append(helper.make_node("Multinomial", ["logits"], ["drawn"], dtype=TensorProto.INT64, sample_size=1, seed=float(SEED)))
        first = helper.make_tensor_value_info("drawn", TensorProto.INT64, [1, 1])

    def state_info(names):
        return [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, D_HIDDEN]) for name in names]

    token = helper.make_tensor_value_info("token", TensorProto.INT64, [1, 1])
    whole = helper.make_graph(nodes, "writer", [token, *state_info(states)], [first, *state_info(next_states)], constants)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def build(_, variant, threads):
    multinomial = "multinomial" in variant.options
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(graph(multinomial), options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]
    rng = np.random.default_rng(SEED)
    token, state = BOS, [np.zeros((1, 1, D_HIDDEN), np.float32)] * (2 * POEM_LAYERS)

    def draw(logits):
        """P(i) = exp(z_i) / sum over all: the first i whose running sum passes a number drawn evenly."""
        sums = np.cumsum(np.exp(logits - logits.max()))  # [V]
        return min(int(np.searchsorted(sums, rng.random() * sums[-1], side="right")), VOCAB_SIZE - 1)

    def write():
        nonlocal token, state
        for _ in range(CHARACTERS):
            first, *state = session.run(None, dict(zip(names, [np.array([[token]]), *state])))
            token = first.item() if multinomial else draw(first[0])

    return write


if __name__ == "__main__":
    measure.main("onnxruntime", __doc__, build, onnxruntime.__version__)
