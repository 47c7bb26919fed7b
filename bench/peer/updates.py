"""Applies a few updates to given weights on given batches: PyTorch's half of `npm run parity`.

    python updates.py --family residual --n 3 --shortcut B --weights in.safetensors --batches batches.safetensors \\
        --output out.safetensors

`batches` holds `images` F32 [steps, batch, height, width, channels], already normalised, and `labels` I32 [steps, batch].
`output` gets every parameter, running statistic and momentum under Skiplab's names. Prints {"losses": [...]}, the mean
cross-entropy of each batch before its update. Layout NCHW; fp64 shows how much of a difference is rounding.
"""

import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F

import safetensors
from model import Design, Network, export_arrays, import_arrays, sgd


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", choices=["plain", "residual"], required=True)
    parser.add_argument("--n", type=int, required=True)
    parser.add_argument("--shortcut", choices=["A", "B", "C"], default="A")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--batches", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--precision", choices=["fp32", "fp64"], default="fp32")
    arguments = parser.parse_args()

    dtype = torch.float64 if arguments.precision == "fp64" else torch.float32
    batches = safetensors.load(arguments.batches)
    images = torch.from_numpy(batches["images"]).to(dtype).permute(0, 1, 4, 2, 3).contiguous()
    labels = torch.from_numpy(batches["labels"]).long()
    network = Network(Design(arguments.family, arguments.n, arguments.shortcut, channels=images.shape[2])).to(dtype)
    import_arrays(network, safetensors.load(arguments.weights))
    optimizer = sgd(network.train(), arguments.learning_rate)
    losses = []
    for x, y in zip(images, labels, strict=True):
        loss = F.cross_entropy(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    safetensors.save(arguments.output, export_arrays(network, optimizer))
    print(json.dumps({"losses": losses}))


if __name__ == "__main__":
    main()
