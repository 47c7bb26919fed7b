"""Scores images with damaged networks in PyTorch: its half of `npm run parity -- lesions`.

    python lesions.py REQUEST OUTPUT

REQUEST is a safetensors file with the weights by Skiplab's names and `images` [n, height, width, channels] as the network sees them; beside
it, REQUEST.json: `design` and `lesions`, each with `order`, which block stands at each position, and `scales`, what each block's F(x) is
multiplied by. A block with 0 is left out: its shortcut remains, in a plain net nothing, and a highway gate closes. OUTPUT gets `scores`
[lesions, n, classes], with BN's running statistics.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

import safetensors
from model import Block, Network, import_arrays, network_of


def damaged_block(block: Block, x: Tensor, scale: float) -> Tensor:
    """One block whose F(x) is scaled; nets with BN and ReLU behind the convolutions."""
    if scale == 1:
        return block(x)
    family = block.design.family
    if scale == 0:
        return x if family == "plain" else F.relu(block.around(x, x))
    y = scale * block.branch(x)
    if family == "residual":
        y = y + block.around(x, x)
    if block.gate is not None:
        transform = torch.sigmoid(block.gate(x))
        y = transform * y + (1 - transform) * block.around(x, x)
    return F.relu(y)


def scores(network: Network, images: Tensor, order: list[int], scales: list[float]) -> Tensor:
    x = F.relu(network.stem(images))
    for index in order:
        x = damaged_block(network.blocks[index], x, scales[index])
    return network.classifier(x.mean((2, 3)))


def main() -> None:
    path, output = sys.argv[1:]
    request = json.loads(Path(path + ".json").read_text())
    arrays = safetensors.load(path)
    images = torch.from_numpy(arrays.pop("images")).permute(0, 3, 1, 2).contiguous()
    del arrays["labels"]
    network = network_of(request["design"])
    import_arrays(network, arrays)
    network.eval()
    with torch.no_grad():
        found = [scores(network, images, each["order"], each["scales"]) for each in request["lesions"]]
    safetensors.save(output, {"scores": np.stack([each.numpy() for each in found])})


if __name__ == "__main__":
    main()
