"""Applies a few updates to given weights on given batches: PyTorch's half of `npm run parity`.

    python updates.py --threads 2

A request is a line of JSON: `design` and `recipe` as Skiplab writes them, `precision` (fp32, bf16 or fp64), the files `weights`, `batches`
and `output`, and for stochastic depth `survivals` [steps, blocks], 1 where a block's branch survives the step, else null.
`batches` holds fp32 `images` [steps, batch, height, width, channels], already normalised, and `labels` [steps, batch].
`output` gets every parameter, running statistic and momentum under Skiplab's names, and `first-gradient/<parameter>`, the first batch's
gradients. The answer is a line {"losses": [...]}, the mean loss of each batch before its update.
Layout NCHW; bf16 by autocast; fp64 shows how much of a difference is rounding. Schedules are PyTorch's own.
"""

import argparse
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch.optim import lr_scheduler

import safetensors
from model import Network, Vgg, exchanged, export_arrays, import_arrays, named_arrays, network_of


def export_gradients(network: Network | Vgg) -> dict[str, np.ndarray]:
    """`first-gradient/<parameter>`, copied, since the next backward pass overwrites them."""
    parameters = {name: tensor for name, tensor in named_arrays(network).items() if tensor.requires_grad}
    return {f"first-gradient/{name}": exchanged(tensor.grad).copy() for name, tensor in parameters.items()}


def optimizer_of(network: Network | Vgg, recipe: dict) -> torch.optim.SGD:
    """SGD; with decay on weights alone, BN's parameters and biases are those of one dimension."""
    parameters = list(network.parameters())
    decayed = [p for p in parameters if p.ndim > 1 or recipe["weightDecayOn"] == "all"]
    others = [p for p in parameters if p.ndim <= 1 and recipe["weightDecayOn"] != "all"]
    groups = [{"params": decayed, "weight_decay": recipe["weightDecay"]}, {"params": others, "weight_decay": 0}]
    return torch.optim.SGD(
        [group for group in groups if group["params"]],
        recipe["learningRate"],
        recipe["momentum"],
        nesterov=recipe["nesterov"],
        fused=True,
    )


def scheduler_of(optimizer: torch.optim.SGD, recipe: dict, steps: int) -> lr_scheduler.LRScheduler:
    name = recipe["schedule"]
    if name == "cosine":
        return lr_scheduler.CosineAnnealingLR(optimizer, steps, recipe["minimumLearningRate"])
    if name == "one-cycle":
        return lr_scheduler.OneCycleLR(
            optimizer, recipe["learningRate"], total_steps=steps, pct_start=recipe["riseShare"], cycle_momentum=False
        )
    if name != "milestones" or recipe["milestoneUnit"] != "fraction":
        raise ValueError(f"schedule {name} by {recipe['milestoneUnit']} is not known here")
    # Half a step up, as Math.round does.
    milestones = [int(fraction * steps + 0.5) for fraction in recipe["milestones"]]
    return lr_scheduler.MultiStepLR(optimizer, milestones, recipe["learningRateFactor"])


def update(request: dict) -> list[float]:
    """Ten losses; writes the output."""
    recipe = request["recipe"]
    dtype = torch.float64 if request["precision"] == "fp64" else torch.float32
    batches = safetensors.load(request["batches"])
    images = torch.from_numpy(batches["images"]).to(dtype).permute(0, 1, 4, 2, 3).contiguous()
    labels = torch.from_numpy(batches["labels"]).long()
    given = request["survivals"]
    survivals = [None] * len(images) if given is None else torch.tensor(given, dtype=dtype)
    network = network_of(request["design"]).to(dtype)
    import_arrays(network, safetensors.load(request["weights"]))
    optimizer = optimizer_of(network.train(), recipe)
    scheduler = scheduler_of(optimizer, recipe, len(images))
    losses: list[float] = []
    first_gradients: dict[str, np.ndarray] = {}
    for x, y, surviving in zip(images, labels, survivals, strict=True):
        with torch.autocast("cpu", torch.bfloat16, enabled=request["precision"] == "bf16"):
            logits = network(x, surviving)
        loss = F.cross_entropy(
            logits if dtype == torch.float64 else logits.float(), y, label_smoothing=recipe["labelSmoothing"]
        )
        optimizer.zero_grad()
        loss.backward()
        if not first_gradients:
            first_gradients = export_gradients(network)
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    output = {**export_arrays(network, optimizer), **first_gradients}
    safetensors.save(request["output"], {name: array.astype(np.float32) for name, array in output.items()})
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    torch.set_num_threads(parser.parse_args().threads)
    for line in sys.stdin:
        print(json.dumps({"losses": update(json.loads(line))}), flush=True)


if __name__ == "__main__":
    main()
