"""What the processes of the peers find in their environment: so many threads, and so much of the CPU."""

# PyTorch's own loops, oneDNN, MKL, what torch.compile has the C++ compiler make, and XLA. bfloat16 products are part of what avx512
# means; AMX is not, as the lesson has nothing for it. ONNX Runtime has no such switch.
_NAMES = ["ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS", "TORCHINDUCTOR_CPP_MARCH", "XLA_FLAGS"]
_VALUES = {
    "plain": ["default", "SSE41", "SSE4_2", "x86-64-v2", "SSE4_2"],
    "avx2": ["avx2", "AVX2", "AVX2", "x86-64-v3", "AVX2"],
    "avx512": ["avx512", "AVX512_CORE_BF16", "AVX512", "x86-64-v4", "AVX512"],
}
VECTORS = list(_VALUES)
NOT_HELD = ["onnxruntime"]


def environment(threads, vectors=None, device="cpu"):
    """Everything but the settings of the programs themselves. Without `vectors` each library takes what the CPU has."""
    found = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "PJRT_NPROC")}
    if device == "cpu":
        found |= {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}
    if vectors:
        found |= dict(zip(_NAMES, _VALUES[vectors]))
        found["XLA_FLAGS"] = f"--xla_cpu_max_isa={found['XLA_FLAGS']}"
    return found
