"""The rows of all rounds as one table, and the ratios to the fastest variant of each peer."""

import statistics

from held import NOT_HELD

OURS = {"f32": "fused", "bf16": "fused_bf16"}  # what the lessons train and write with, in each precision


class Table:
    """`rows` has the objects of all rounds for each (work, implementation), in the order in which they came."""

    def __init__(self):
        self.rows = {}

    def add(self, row):
        is_bf16 = row["implementation"].endswith("_bf16")
        row.setdefault("precision", "bf16" if is_bf16 else "f32")
        self.rows.setdefault((row["work"], row["implementation"]), []).append(row)

    def middle(self, key, name):
        """The median of the rounds."""
        values = [row[name] for row in self.rows[key] if name in row]
        return statistics.median(values) if values else None

    def fastest(self, work, precision, peer):
        """The key of the peer's fastest variant, None where none ran."""
        keys = [
            key for key, rows in self.rows.items()
            if key[0] == work and rows[0]["precision"] == precision and rows[0].get("peer") == peer
        ]
        return min(keys, key=lambda key: self.middle(key, "ms_per_step"), default=None)

    def ratio(self, slower, faster):
        """How many times as long, and the range of that in the rounds."""
        whole = self.middle(slower, "ms_per_step") / self.middle(faster, "ms_per_step")
        rounds = [a["ms_per_step"] / b["ms_per_step"] for a, b in zip(self.rows[slower], self.rows[faster])]
        return f"{whole:.2f}x" + (f" (in the rounds {min(rounds):.2f} to {max(rounds):.2f})" if len(rounds) > 1 else "")

    def lines(self):
        """Markdown. In bold: the fastest of each peer, work and precision."""
        yield "| work | precision | implementation | threads | ms a step | items a second | per cent of peak | peak memory, MB |"
        yield "|---|---|---|---:|---:|---:|---:|---:|"
        for key, rows in self.rows.items():
            work, name = key
            precision, peer = rows[0]["precision"], rows[0].get("peer")
            ms, percent, memory = (self.middle(key, each) for each in ("ms_per_step", "percent_of_peak", "peak_memory_mb"))
            time = f"{ms:.3g}" if ms < 100 else f"{ms:.0f}"
            time = f"**{time}**" if peer and key == self.fastest(work, precision, peer) else time
            cells = [work, precision, name, str(rows[0]["threads"]), time, f"{self.middle(key, 'items_per_second'):,.0f}"]
            cells += ["" if percent is None else f"{percent:.0f} %", "" if memory is None else f"{memory:.0f}"]
            yield "| " + " | ".join(cells) + " |"

    def ratios(self, peers, vectors):
        """For each work and precision of the lesson: against the fastest variant of each peer in that precision."""
        for work in dict.fromkeys(work for work, _ in self.rows):
            for precision, name in OURS.items():
                if (work, name) in self.rows:
                    for peer in peers:
                        yield from self.against((work, name), precision, peer, vectors)

    def against(self, ours, precision, peer, vectors):
        work, name = ours
        fastest, in_f32 = (self.fastest(work, each, peer) for each in (precision, "f32"))
        parts = [f"{fastest[1]} {self.ratio(fastest, ours)}"] if fastest else [f"{peer}: nothing of it ran in {precision}"]
        if in_f32 and (not fastest or self.middle(in_f32, "ms_per_step") < self.middle(fastest, "ms_per_step")):
            parts.append(f"its fastest here is of f32, {in_f32[1]} {self.ratio(in_f32, ours)}")
        if vectors and peer in NOT_HELD:
            parts.append(f"{peer} cannot be held to {vectors} and takes what the CPU has")
        if fastest or in_f32:
            yield f"{work}, {precision}: {name} against " + "; ".join(parts)

    def peak(self):
        peaks = [row["peak_gflops"] for rows in self.rows.values() for row in rows if "peak_gflops" in row]
        return f"This machine's own matmul: {statistics.median(peaks):.0f} GFLOP/s (median of the rounds)." if peaks else ""
