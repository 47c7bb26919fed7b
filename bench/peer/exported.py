"""Scores images with weights that Skiplab exported, in networks of public naming: the PyTorch half of `npm run parity -- weights`.

    python exported.py --threads 2

A request is a line of JSON: `design` as Skiplab writes it, `naming` (torchvision, akamaster, a-martyn or skiplab), `survivals` of blocks
with stochastic depth or null, `epsilon` of BN, and files: `weights` (.pt or .safetensors), `preprocessing` (the same, or null where `mean`
and `std` are given), `images` (uint8 `images` [batch, height, width, channels]) and `output`, which gets `scores` [batch, classes].
The answer is the line {}.

The networks below are stated from those codes' layouts; weights go in by load_state_dict(strict=True) alone, read by
torch.load(weights_only=True) or by this folder's reader of safetensors.
"""

import argparse
import json
import sys

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import safetensors
from model import VGG_LAYERS, network_of


class PadChannels(nn.Module):
    """Option A: every stride-th pixel, zeros behind the channels, or half of them before."""

    def __init__(self, stride: int, added: int, both: bool) -> None:
        super().__init__()
        self.stride, self.before, self.behind = stride, added // 2 if both else 0, added - added // 2 if both else added

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.before, self.behind))


class PublicBlock(nn.Module):
    """conv1, bn1, conv2, bn2 (conv3, bn3) and a shortcut under the name that the code gives it."""

    def __init__(self, layers: list[tuple[int, int, int]], inputs: int, shortcut: str | None, design: dict) -> None:
        super().__init__()
        channels, stride = inputs, 1
        for index, (filters, kernel, step) in enumerate(layers, 1):
            setattr(self, f"conv{index}", nn.Conv2d(channels, filters, kernel, step, kernel // 2, bias=False))
            setattr(self, f"bn{index}", nn.BatchNorm2d(filters))
            channels, stride = filters, stride * step
        self.count, self.shortcut_name = len(layers), shortcut
        if shortcut is None:
            return
        grows = stride != 1 or inputs != channels
        if design["shortcut"] == "C" or (design["shortcut"] == "B" and grows):
            projection = nn.Sequential(nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))
        else:
            projection = PadChannels(stride, channels - inputs, design.get("shortcutPadding") == "both") if grows else nn.Identity()
        setattr(self, shortcut, projection)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for index in range(1, self.count + 1):
            y = getattr(self, f"bn{index}")(getattr(self, f"conv{index}")(F.relu(y) if index > 1 else y))
        return F.relu(y if self.shortcut_name is None else y + getattr(self, self.shortcut_name)(x))


def layers_of(design: dict, width: int, stride: int) -> list[tuple[int, int, int]]:
    if design.get("blockKind") != "bottleneck":
        return [(width, 3, stride), (width, 3, 1)]
    in_first = design.get("bottleneckStride", "1x1") == "1x1"
    return [(width, 1, stride if in_first else 1), (width, 3, 1 if in_first else stride), (4 * width, 1, 1)]


def stages_of(design: dict, shortcut: str) -> list[list[PublicBlock]]:
    counts = design.get("blocks") or [design["n"]] * 3
    name = None if design["family"] == "plain" else shortcut
    inputs, stages = design["widths"][0], []
    for stage, (width, count) in enumerate(zip(design["widths"], counts, strict=True)):
        blocks = []
        for block in range(count):
            layers = layers_of(design, width, 2 if stage > 0 and block == 0 else 1)
            blocks.append(PublicBlock(layers, inputs, name, design))
            inputs = layers[-1][0]
        stages.append(blocks)
    return stages


class LayerNet(nn.Module):
    """conv1, bn1, layer1 and so on; `fc` and `downsample` in torchvision, `linear` and `shortcut` elsewhere."""

    def __init__(self, design: dict, shortcut: str, classifier: str) -> None:
        super().__init__()
        self.pools = design["architecture"] == "imagenet" and design.get("stem", "7x7") == "7x7"
        kernel, stride = (7, 2) if self.pools else (3, 1)
        self.conv1 = nn.Conv2d(design["inputShape"][2], design["widths"][0], kernel, stride, kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(design["widths"][0])
        stages = stages_of(design, shortcut)
        self.count, self.classifier = len(stages), classifier
        for index, blocks in enumerate(stages, 1):
            setattr(self, f"layer{index}", nn.Sequential(*blocks))
        outputs = design["widths"][-1] * (4 if design.get("blockKind") == "bottleneck" else 1)
        setattr(self, classifier, nn.Linear(outputs, design["classes"]))

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        if self.pools:
            x = F.max_pool2d(x, 3, 2, 1)
        for index in range(1, self.count + 1):
            x = getattr(self, f"layer{index}")(x)
        return getattr(self, self.classifier)(x.mean((2, 3)))


class StackNet(nn.Module):
    """convIn, bnIn, stack1, stack2a, stack2b, stack3a, stack3b, fcOut."""

    def __init__(self, design: dict) -> None:
        super().__init__()
        self.convIn = nn.Conv2d(design["inputShape"][2], design["widths"][0], 3, 1, 1, bias=False)
        self.bnIn = nn.BatchNorm2d(design["widths"][0])
        first, second, third = stages_of(design, "downsample")
        self.stack1 = nn.ModuleList(first)
        self.stack2a, self.stack2b = second[0], nn.ModuleList(second[1:])
        self.stack3a, self.stack3b = third[0], nn.ModuleList(third[1:])
        self.fcOut = nn.Linear(design["widths"][-1], design["classes"])

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bnIn(self.convIn(x)))
        for block in [*self.stack1, self.stack2a, *self.stack2b, self.stack3a, *self.stack3b]:
            x = block(x)
        return self.fcOut(x.mean((2, 3)))


class FeaturesNet(nn.Module):
    """VGG: `features` and `classifier`, flattened channel by channel; convolutions have biases also beside BN."""

    def __init__(self, design: dict) -> None:
        super().__init__()
        features: list[nn.Module] = []
        inputs = design["inputShape"][2]
        for width, count in zip(design["widths"], VGG_LAYERS[design["layers"]], strict=True):
            for _ in range(count):
                features.append(nn.Conv2d(inputs, width, 3, padding=1))
                if design.get("normalization", "batch") == "batch":
                    features.append(nn.BatchNorm2d(width))
                features.append(nn.ReLU())
                inputs = width
            features.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*features)
        height, width = (size // 2 ** len(design["widths"]) for size in design["inputShape"][:2])
        head = design["headWidth"]
        hidden = [nn.Linear(inputs * height * width, head), nn.ReLU(), nn.Dropout(), nn.Linear(head, head), nn.ReLU(), nn.Dropout()]
        self.classifier = nn.Sequential(*hidden, nn.Linear(head, design["classes"]))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x).flatten(1))


class OwnNet(nn.Module):
    """The peer's network of any design, its modules under Skiplab's paths: `stage1.block1.convolution1`."""

    def __init__(self, design: dict, survivals: list[float] | None) -> None:
        super().__init__()
        self.network = network_of(design)
        self.survivals = None if survivals is None else torch.tensor(survivals)

    def load_state_dict(self, state: dict[str, Tensor], strict: bool = True) -> None:  # noqa: ARG002
        left = dict(state)
        for name, module in self.network.modules_by_name():
            if isinstance(module, nn.Identity):
                continue
            own = module.state_dict()
            module.load_state_dict({key: left.pop(f"{name.replace('-', '_')}.{key}") for key in own})
        if left:
            raise KeyError(f"left over: {list(left)}")

    def forward(self, x: Tensor) -> Tensor:
        return self.network(x) if self.survivals is None else self.network(x, self.survivals)


def model_of(request: dict) -> nn.Module:
    design, naming = request["design"], request["naming"]
    if naming == "torchvision":
        return FeaturesNet(design) if design["architecture"] == "vgg" else LayerNet(design, "downsample", "fc")
    if naming == "akamaster":
        return LayerNet(design, "shortcut", "linear")
    return StackNet(design) if naming == "a-martyn" else OwnNet(design, request["survivals"])


def state_of(path: str) -> dict[str, Tensor]:
    if path.endswith(".pt"):
        return torch.load(path, weights_only=True)
    return {name: torch.from_numpy(array) for name, array in safetensors.load(path).items()}


def score(request: dict) -> None:
    model = model_of(request)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = request["epsilon"]
    model.load_state_dict(state_of(request["weights"]), strict=True)
    images = torch.from_numpy(safetensors.load(request["images"])["images"]).permute(0, 3, 1, 2).float() / 255
    channels = images.shape[1]
    given = request if request["preprocessing"] is None else state_of(request["preprocessing"])
    mean, std = torch.as_tensor(given["mean"]), torch.as_tensor(given["std"])
    mean = mean.reshape(channels, 1, 1) if mean.ndim == 1 else mean
    with torch.no_grad():
        scores = model.eval()((images - mean) / std.reshape(channels, 1, 1))
    safetensors.save(request["output"], {"scores": scores.numpy()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    torch.set_num_threads(parser.parse_args().threads)
    for line in sys.stdin:
        score(json.loads(line))
        print("{}", flush=True)


if __name__ == "__main__":
    main()
