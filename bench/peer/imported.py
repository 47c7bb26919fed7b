"""Writes weights as public codes save them, and what they score: the PyTorch half of `npm run parity -- weights` for imports.

    python imported.py --threads 2

A request is a line of JSON: `naming` (akamaster or torchvision), `design` of the network to make, `saved` (state-dict, checkpoint or
legacy-checkpoint), `mean` and `std` of images from 0 to `range`, `order` of their channels (rgb or bgr), and the files `weights`, which
torch.save writes, and `output`, which gets `images` (bytes as fp32, [batch, height, width, channels]) and `scores` [batch, classes].
The answer is the line {}.

Networks are those of `exported.py`. Weights, statistics of BN and biases in front of it are away from their start.
"""

import argparse
import json
import sys
from collections import OrderedDict

import numpy as np
import torch
from torch import Tensor, nn

import safetensors
from exported import model_of

IMAGES = 16


def randomised(model: nn.Module) -> nn.Module:
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    module.bias.normal_(0, 0.1)
            if isinstance(module, nn.BatchNorm2d):
                module.weight.normal_(1, 0.1)
                module.bias.normal_(0, 0.1)
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(1, 2)
    return model.eval()


def save(state: dict[str, Tensor], saved: str, path: str) -> None:
    if saved == "state-dict":
        torch.save(state, path)
        return
    parallel = OrderedDict((f"module.{name}", value) for name, value in state.items())
    checkpoint = {"state_dict": parallel, "best_prec1": torch.tensor(91.5)}
    torch.save(checkpoint, path, _use_new_zipfile_serialization=saved == "checkpoint")


def write(request: dict) -> None:
    torch.manual_seed(31)
    model = randomised(model_of({**request, "survivals": None}))
    save(model.state_dict(), request["saved"], request["weights"])
    images = torch.randint(0, 256, (IMAGES, *request["design"]["inputShape"]), dtype=torch.uint8)
    seen = images.flip(3) if request["order"] == "bgr" else images
    pixels = seen.permute(0, 3, 1, 2).float() * (request["range"] / 255)
    mean, std = (torch.tensor(request[name]).reshape(-1, 1, 1) for name in ("mean", "std"))
    with torch.no_grad():
        scores = model((pixels - mean) / std)
    safetensors.save(request["output"], {"images": images.float().numpy(), "scores": scores.numpy().astype(np.float32)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    torch.set_num_threads(parser.parse_args().threads)
    for line in sys.stdin:
        write(json.loads(line))
        print("{}", flush=True)


if __name__ == "__main__":
    main()
