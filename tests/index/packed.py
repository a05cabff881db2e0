"""A weight file of a few kilobytes in the layout that `index.encoding.e5_weights` describes, and what it must be read as."""

import struct
from dataclasses import dataclass, field

HIDDEN, FFN, POSITIONS, EPSILON = 32, 64, 16, 1e-5
PIECES = {"<s>": 0.0, "<pad>": -1.0, "</s>": -2.0, "<unk>": -3.0, "▁open": -4.0, "▁data": -5.5, "▁": -6.0, "開放": -7.0}
# Each tensor's name in the file, in transformers, and how many values it holds.
MATRICES = {
    "emb.word": ("embeddings.word_embeddings.weight", (len(PIECES), HIDDEN)),
    "emb.pos": ("embeddings.position_embeddings.weight", (POSITIONS, HIDDEN)),
    "l0.q.w": ("encoder.layer.0.attention.self.query.weight", (HIDDEN, HIDDEN)),
    "l0.k.w": ("encoder.layer.0.attention.self.key.weight", (HIDDEN, HIDDEN)),
    "l0.v.w": ("encoder.layer.0.attention.self.value.weight", (HIDDEN, HIDDEN)),
    "l0.ao.w": ("encoder.layer.0.attention.output.dense.weight", (HIDDEN, HIDDEN)),
    "l0.fi.w": ("encoder.layer.0.intermediate.dense.weight", (FFN, HIDDEN)),
    "l0.fo.w": ("encoder.layer.0.output.dense.weight", (HIDDEN, FFN)),
}
VECTORS = {
    "emb.type": ("embeddings.token_type_embeddings.weight", (1, HIDDEN)),
    "emb.ln.w": ("embeddings.LayerNorm.weight", (HIDDEN,)),
    "emb.ln.b": ("embeddings.LayerNorm.bias", (HIDDEN,)),
    "l0.q.b": ("encoder.layer.0.attention.self.query.bias", (HIDDEN,)),
    "l0.k.b": ("encoder.layer.0.attention.self.key.bias", (HIDDEN,)),
    "l0.v.b": ("encoder.layer.0.attention.self.value.bias", (HIDDEN,)),
    "l0.ao.b": ("encoder.layer.0.attention.output.dense.bias", (HIDDEN,)),
    "l0.aln.w": ("encoder.layer.0.attention.output.LayerNorm.weight", (HIDDEN,)),
    "l0.aln.b": ("encoder.layer.0.attention.output.LayerNorm.bias", (HIDDEN,)),
    "l0.fi.b": ("encoder.layer.0.intermediate.dense.bias", (FFN,)),
    "l0.fo.b": ("encoder.layer.0.output.dense.bias", (HIDDEN,)),
    "l0.oln.w": ("encoder.layer.0.output.LayerNorm.weight", (HIDDEN,)),
    "l0.oln.b": ("encoder.layer.0.output.LayerNorm.bias", (HIDDEN,)),
}


@dataclass
class PackedFile:
    """The file's bytes, and by the names of transformers the values and shapes that stand in it."""

    data: bytes
    values: dict[str, list[float]] = field(default_factory=dict)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)


def four_bits(nibbles: list[int], scale: float) -> bytes:
    """A block: its scale, then bytes of which the n-th holds weight n low and weight n + 16 high."""
    return struct.pack("<e", scale) + bytes(nibbles[at] | nibbles[at + 16] << 4 for at in range(16))


def packed_file() -> PackedFile:
    """Every tensor with values of its own: a wrong name, order, half or offset shows."""
    made = PackedFile(b"")
    bodies: dict[str, tuple[int, int, bytes]] = {}
    for number, (name, (long_name, shape)) in enumerate((MATRICES | VECTORS).items()):
        count = shape[0] * (shape[1] if len(shape) == 2 else 1)
        made.shapes[long_name], made.values[long_name] = shape, []
        if name in VECTORS:
            made.values[long_name] = [number + at / 64 for at in range(count)]
            bodies[name] = (0, count, struct.pack(f"<{count}f", *made.values[long_name]))
            continue
        body = b""
        for block in range(count // 32):
            nibbles, scale = [(5 * at + block + number) % 16 for at in range(32)], 2.0 ** -(block % 6 + 3)
            made.values[long_name] += [(nibble - 8) * scale for nibble in nibbles]
            body += four_bits(nibbles, scale)
        bodies[name] = (1, count, body)
    made.data = header() + tensors(bodies, len(header()))
    return made


def header() -> bytes:
    """Everything before the tensors."""
    blob = [piece.encode() for piece in PIECES]
    offsets = [sum(map(len, blob[:at])) for at in range(len(blob) + 1)]
    skipped = b"a map that is skipped"
    return (
        b"E5S1"
        + struct.pack("<I7ifi", 1, HIDDEN, 1, 2, FFN, len(PIECES), POSITIONS, 1, EPSILON, 32)
        + struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, offsets[-1])
        + struct.pack(f"<{len(offsets)}I{len(PIECES)}f", *offsets, *PIECES.values())
        + b"".join(blob)
        + struct.pack("<iI", 7, len(skipped))
        + skipped
    )


def tensors(bodies: dict[str, tuple[int, int, bytes]], at: int) -> bytes:
    """The list of tensors, which begins at byte `at` of the file, and their values."""
    entry = "<BIQQ"
    offset = at + 4 + sum(2 + len(name) + struct.calcsize(entry) for name in bodies)
    listed, values = struct.pack("<i", len(bodies)), b""
    for name, (kind, count, body) in bodies.items():
        listed += struct.pack("<H", len(name)) + name.encode()
        listed += struct.pack(entry, kind, count, offset + len(values), len(body))
        values += body
    return listed + values
