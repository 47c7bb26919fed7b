"""Reads and writes safetensors files: an 8-byte length, a JSON header, the arrays end to end (little endian).

https://huggingface.co/docs/safetensors#format
"""

import json
from pathlib import Path

import numpy as np

DTYPES = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "|u1"}
NAMES = {np.dtype(dtype): name for name, dtype in DTYPES.items()}


def load(path: Path | str) -> dict[str, np.ndarray]:
    """All arrays of a file by name, as copies that may be written to."""
    content = Path(path).read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        first, end = entry["data_offsets"]
        data = np.frombuffer(content[start + first : start + end], DTYPES[entry["dtype"]])
        arrays[name] = data.reshape(entry["shape"]).copy()
    return arrays


def save(path: Path | str, arrays: dict[str, np.ndarray]) -> None:
    """Writes the arrays in name order."""
    header, offset = {}, 0
    for name in sorted(arrays):
        array = arrays[name]
        end = offset + array.nbytes
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in header:
            file.write(np.ascontiguousarray(arrays[name]).tobytes())
