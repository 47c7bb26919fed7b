"""Applies a few updates to given weights on given batches: PyTorch's half of `npm run parity`.

    python updates.py --design '{"architecture": ...}' --weights in.safetensors --batches batches.safetensors --output out.safetensors

`batches` holds fp32 `images` [steps, batch, height, width, channels], already normalised, and `labels` [steps, batch]; for
stochastic depth `survivals` [steps, blocks], 1 where a block's branch survives the step.
`output` gets every parameter, running statistic and momentum under Skiplab's names, and `first-gradient/<parameter>`, the
first batch's gradients. Prints {"losses": [...]}, the mean cross-entropy of each batch before its update.
Layout NCHW; bf16 by autocast; fp64 shows how much of a difference is rounding.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import safetensors
from model import Network, Vgg, exchanged, export_arrays, import_arrays, named_arrays, network_of, sgd


def export_gradients(network: Network | Vgg) -> dict[str, np.ndarray]:
    """`first-gradient/<parameter>`, copied, since the next backward pass overwrites them."""
    parameters = {name: tensor for name, tensor in named_arrays(network).items() if tensor.requires_grad}
    return {f"first-gradient/{name}": exchanged(tensor.grad).copy() for name, tensor in parameters.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--design", type=json.loads, required=True, help="as Skiplab writes it, JSON")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--batches", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--precision", choices=["fp32", "bf16", "fp64"], default="fp32")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    dtype = torch.float64 if arguments.precision == "fp64" else torch.float32
    batches = safetensors.load(arguments.batches)
    images = torch.from_numpy(batches["images"]).to(dtype).permute(0, 1, 4, 2, 3).contiguous()
    labels = torch.from_numpy(batches["labels"]).long()
    survivals = torch.from_numpy(batches["survivals"]).to(dtype) if "survival" in arguments.design else [None] * len(images)
    network = network_of(arguments.design).to(dtype)
    import_arrays(network, safetensors.load(arguments.weights))
    optimizer = sgd(network.train(), arguments.learning_rate, weight_decay=arguments.weight_decay)
    losses: list[float] = []
    first_gradients: dict[str, np.ndarray] = {}
    for x, y, surviving in zip(images, labels, survivals, strict=True):
        with torch.autocast("cpu", torch.bfloat16, enabled=arguments.precision == "bf16"):
            logits = network(x, surviving)
        loss = F.cross_entropy(logits if dtype == torch.float64 else logits.float(), y)
        optimizer.zero_grad()
        loss.backward()
        if not first_gradients:
            first_gradients = export_gradients(network)
        optimizer.step()
        losses.append(loss.item())
    output = {**export_arrays(network, optimizer), **first_gradients}
    safetensors.save(arguments.output, {name: array.astype(np.float32) for name, array in output.items()})
    print(json.dumps({"losses": losses}))


if __name__ == "__main__":
    main()
