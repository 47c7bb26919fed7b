"""Measures signal and gradient in PyTorch with hooks: its half of `npm run parity -- gradients`.

    python gradients.py REQUEST OUTPUT

REQUEST is a safetensors file with the weights by Skiplab's names, `images` [n, height, width, channels] as the network sees them and
`labels`; beside it, REQUEST.json: `design`, `double`, whether it computes in fp64, `responses`, pairs of a weighted layer and the layer
whose output is its response, and `blocks`, names. OUTPUT gets `loss`, `std`, `response-gradient` and `weight-gradient` [responses] and `block-gradient` [blocks]: the root mean square
over images of the norm of one image's loss gradient, and the norm of the mean loss's gradient for weights. BN normalizes by the batch.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import safetensors
from model import import_arrays, named_arrays, network_of


def main() -> None:
    path, output = sys.argv[1:]
    request = json.loads(Path(path + ".json").read_text())
    arrays = safetensors.load(path)
    dtype = torch.float64 if request["double"] else torch.float32
    images = torch.from_numpy(arrays.pop("images")).to(dtype).permute(0, 3, 1, 2).contiguous()
    labels = torch.from_numpy(arrays.pop("labels")).long()
    network = network_of(request["design"])
    import_arrays(network, arrays)
    network.to(dtype).train()
    outputs: dict[str, Tensor] = {}

    def keep(name: str):  # noqa: ANN202
        def hook(_module: object, _given: object, response: Tensor) -> Tensor:
            response.retain_grad()
            outputs[name] = response
            # ReLUs work in place: they get a copy.
            return response.clone()

        return hook

    modules = dict(network.modules_by_name())
    for source in {source for _, source in request["responses"]}:
        modules[source].register_forward_hook(keep(source))
    for name, block in zip(network.names, network.blocks, strict=True):
        block.register_forward_hook(keep(f"{name} as a whole"))
    loss = torch.nn.functional.cross_entropy(network(images), labels)
    loss.backward()

    def norm(name: str) -> float:
        """Of the mean loss's gradient to that of one image's loss, which is n times as large, by root mean square."""
        return outputs[name].grad.norm().item() * len(images) ** 0.5

    weights = named_arrays(network)
    values = {
        "loss": [loss.item()],
        "std": [outputs[source].std(correction=0).item() for _, source in request["responses"]],
        "response-gradient": [norm(source) for _, source in request["responses"]],
        "weight-gradient": [weights[f"{layer}/weights"].grad.norm().item() for layer, _ in request["responses"]],
        "block-gradient": [norm(f"{name} as a whole") for name in request["blocks"]],
    }
    safetensors.save(output, {name: np.array(each, np.float32) for name, each in values.items()})


if __name__ == "__main__":
    main()
