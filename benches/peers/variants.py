"""Who is compared: every way of every peer to do the works, each with what makes it different."""

from dataclasses import dataclass

PEERS = {  # the program of each peer, and the modules that it needs
    "pytorch": ("pytorch.py", "torch, numpy"),
    "onnxruntime": ("onnx_writer.py", "onnx, onnxruntime, numpy"),
    "jax": ("jax_peer.py", "jax, optax, numpy"),
}


@dataclass(frozen=True)
class Variant:
    """One way of a peer. `options` are words that the peer's program understands."""

    name: str
    peer: str
    works: tuple[str, ...]
    options: frozenset[str]
    precision: str = "f32"
    threads: int | None = None  # as many as asked for, unless a way does better with fewer
    device: str = "cpu"


def pytorch_training():
    """Default Adam once, as most people write it; everything else with PyTorch's fused Adam."""
    both = ("poems", "mnist")
    yield Variant("pytorch", "pytorch", ("poems", "mnist", "sampling"), frozenset())
    yield Variant("pytorch_fused_adam", "pytorch", both, frozenset({"fused_adam"}))
    for precision, suffix in (("f32", ""), ("bf16", "_bf16")):
        for chunked in ("", "_chunked"):
            for compiled in ("", "_compiled"):
                if not (chunked or compiled or suffix):
                    continue  # that is pytorch_fused_adam
                # Ten classes are nothing to cut into chunks.
                works = ("poems",) if chunked else both
                options = {"fused_adam", chunked.strip("_"), compiled.strip("_")} - {""}
                yield Variant("pytorch" + chunked + compiled + suffix, "pytorch", works, frozenset(options), precision)


def writing():
    """One character written: by nn.LSTM (`pytorch`, above), nn.LSTMCell, and the LSTM of ONNX."""
    only = ("sampling",)
    yield Variant("pytorch_lstm_compiled", "pytorch", only, frozenset({"compiled"}))
    for threads, suffix in ((None, ""), (1, "_1_thread")):
        yield Variant("pytorch_cells" + suffix, "pytorch", only, frozenset({"cells"}), threads=threads)
        cells = frozenset({"cells", "compiled", "frozen"})
        yield Variant("pytorch_cells_compiled" + suffix, "pytorch", only, cells, threads=threads)
    for drawing in ("", "_multinomial"):
        for threads, suffix in ((None, ""), (1, "_1_thread")):
            options = frozenset({drawing.strip("_")} - {""})
            yield Variant("onnxruntime" + drawing + suffix, "onnxruntime", only, options, threads=threads)


def on_a_gpu():
    """Training by cuDNN's LSTM. A graph is a step that was recorded and is played as a whole."""
    both = ("poems", "mnist")
    for precision, suffix in (("f32", ""), ("tf32", "_tf32"), ("bf16", "_bf16")):
        for way, words in (("", set()), ("_compiled", {"compiled"}), ("_graph", {"graph"})):
            options = frozenset({"fused_adam"} | words)
            yield Variant("cudnn" + way + suffix, "pytorch", both, options, precision, device="cuda")


VARIANTS = [
    *pytorch_training(),
    *on_a_gpu(),
    *writing(),
    Variant("jax", "jax", ("poems", "mnist"), frozenset()),
    Variant("jax_unrolled", "jax", ("poems", "mnist"), frozenset({"unrolled"})),
]
