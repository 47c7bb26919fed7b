"""Measures layers in PyTorch with hooks: its half of `npm run parity -- layers`.

    python layers.py REQUEST OUTPUT

REQUEST is a safetensors file with the weights by Skiplab's names, `images` [n, height, width, channels] as the network sees them and
`labels`; beside it, REQUEST.json: `design`, `statistics` (running or batch), `double`, whether it computes in fp64, and `responses`, pairs
of a convolution and the layer whose output is its response. OUTPUT gets `mean`, `square` [responses], `active` [ReLU channels], `branch`,
`shortcut` [blocks] and `gradient/NAME`, the norm of the mean cross-entropy's gradient for each parameter, with BN in training mode.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import model
import safetensors
from model import Block, import_arrays, named_arrays, network_of


def main() -> None:
    path, output = sys.argv[1:]
    request = json.loads(Path(path + ".json").read_text())
    arrays = safetensors.load(path)
    images = torch.from_numpy(arrays.pop("images")).permute(0, 3, 1, 2).contiguous()
    labels = torch.from_numpy(arrays.pop("labels")).long()
    network = network_of(request["design"])
    import_arrays(network, arrays)
    if request["double"]:
        network, images = network.double(), images.double()
    found: dict[str, list[float]] = {"active": [], "branch": [], "shortcut": []}
    moments: dict[str, tuple[float, float]] = {}
    modules = dict(network.modules_by_name())
    hooks = []
    for convolution, source in request["responses"]:

        def hook(_module: object, _given: object, response: Tensor, name: str = convolution) -> None:
            moments[name] = (response.double().mean().item(), response.double().square().mean().item())

        hooks.append(modules[source].register_forward_hook(hook))

    relu, around, branch = model.F.relu, Block.around, Block.branch

    def noted_relu(x: Tensor, inplace: bool = False) -> Tensor:
        y = relu(x, inplace)
        found["active"] += (y > 0).double().mean([axis for axis in range(y.ndim) if axis != 1]).tolist()
        return y

    def noted(kind: str, compute):  # noqa: ANN001, ANN202
        def call(self: Block, *given: Tensor) -> Tensor:
            y = compute(self, *given)
            if self.design.family != "plain":
                found[kind].append(y.detach().double().square().sum((1, 2, 3)).mean().item())
            return y

        return call

    network.train(request["statistics"] == "batch")
    model.F.relu, Block.around, Block.branch = noted_relu, noted("shortcut", around), noted("branch", branch)
    with torch.no_grad():
        network(images)
    model.F.relu, Block.around, Block.branch = relu, around, branch
    for registered in hooks:
        registered.remove()
    network.train()
    torch.nn.functional.cross_entropy(network(images), labels).backward()
    values = {name: np.array(each) for name, each in found.items()}
    values["mean"] = np.array([moments[name][0] for name, _ in request["responses"]])
    values["square"] = np.array([moments[name][1] for name, _ in request["responses"]])
    for name, tensor in named_arrays(network).items():
        if tensor.grad is not None:
            values[f"gradient/{name}"] = np.array([tensor.grad.double().norm().item()])
    safetensors.save(output, {name: each.astype(np.float32) for name, each in values.items()})


if __name__ == "__main__":
    main()
