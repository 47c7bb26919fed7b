"""The plain, residual and highway networks of "Deep Residual Learning", for CIFAR-10 and ImageNet, and VGG nets, in PyTorch.

A second, independent statement of what src/common/network/network.ts lays out, so that `npm run parity` can
hold one against the other, and `npm run bench` can time the same work. What it must agree on:

- 3x3 convolutions without bias, zero padding 1 on every side, also at stride 2 (so not TensorFlow's SAME);
- BN after each convolution (epsilon 1e-5, running = 0.9 * running + 0.1 * batch, unbiased batch variance),
  ReLU after BN, a block's last ReLU after the addition;
- shortcuts: A takes every second pixel and appends zero channels after the old ones; B projects (1x1 convolution
  and BN) where dimensions grow; C projects everywhere;
- a highway block ends with T * H + (1 - T) * shortcut, T the sigmoid of a 1x1 convolution with bias;
- without BN every convolution has a bias; with pre-activation BN and ReLU come before it;
- He normal by fan-out, classifier weights uniform in +-1/sqrt(fan-in), its bias zero.

Arrays are exchanged under Skiplab's names and layouts: convolution weights HWIO, classifier [in, out].
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

Family = Literal["plain", "residual", "highway"]
Option = Literal["A", "B", "C"]


@dataclass(frozen=True)
class Design:
    """The fields of Skiplab's NetworkDesign that shape a network."""

    family: Family
    n: int = 0
    """Blocks of each of the CIFAR nets' three stages; others give `blocks`."""
    shortcut: Option = "A"
    widths: tuple[int, ...] = (16, 32, 64)
    channels: int = 3
    classes: int = 10
    batch_norm: bool = True
    pre_activation: bool = False
    blocks: tuple[int, ...] = ()
    """Blocks of each stage; of VGG nets, 3x3 layers."""
    block_kind: Literal["basic", "bottleneck"] = "basic"
    bottleneck_stride: Literal["1x1", "3x3"] = "1x1"
    stem: Literal["3x3", "7x7"] = "3x3"
    head_width: int = 0
    zeros_on_both_sides: bool = False

    @property
    def counts(self) -> tuple[int, ...]:
        return self.blocks or (self.n,) * len(self.widths)


VGG_LAYERS = {16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}


def network_of(given: dict) -> "Network | Vgg":
    """The network of a design as Skiplab writes it, JSON."""
    architecture = given["architecture"]
    height, width, channels = given["inputShape"]
    design = Design(
        given["family"],
        given.get("n", 0),
        given["shortcut"],
        tuple(given["widths"]),
        channels,
        given["classes"],
        batch_norm=given.get("normalization", "batch") == "batch",
        pre_activation=given.get("activationOrder", "post") == "pre",
        blocks=VGG_LAYERS[given["layers"]] if architecture == "vgg" else tuple(given.get("blocks", ())),
        block_kind=given.get("blockKind", "basic"),
        bottleneck_stride=given.get("bottleneckStride", "1x1"),
        stem=given.get("stem", "7x7") if architecture == "imagenet" else "3x3",
        head_width=given.get("headWidth", 0),
        zeros_on_both_sides=given.get("shortcutPadding", "after") == "both",
    )
    return Vgg(design, (height, width)) if architecture == "vgg" else Network(design)


class ConvolutionBN(nn.Module):
    """Convolution and batch normalisation, or a convolution with bias where there is none."""

    def __init__(self, inputs: int, filters: int, kernel: int, stride: int, batch_norm: bool = True) -> None:
        super().__init__()
        self.convolution = convolution(inputs, filters, kernel, stride, bias=not batch_norm)
        self.normalization = normalization(filters) if batch_norm else None

    def forward(self, x: Tensor) -> Tensor:
        y = self.convolution(x)
        return y if self.normalization is None else self.normalization(y)


class Block(nn.Module):
    """Two 3x3 layers, or 1x1, 3x3 and 1x1 layers of which the last is four times as wide, and what the family puts around them.

    With pre-activation BN and ReLU stand before each convolution; the first block takes the stem's. Identity shortcuts
    start before them, projections and gates behind.
    """

    def __init__(self, design: Design, inputs: int, width: int, stride: int, is_first: bool) -> None:
        super().__init__()
        self.design = design
        self.stride = stride
        bias = not design.batch_norm
        layers = [(width, 3, stride), (width, 3, 1)]
        if design.block_kind == "bottleneck":
            in_first = design.bottleneck_stride == "1x1"
            layers = [(width, 1, stride if in_first else 1), (width, 3, 1 if in_first else stride), (4 * width, 1, 1)]
        self.outputs = layers[-1][0]
        self.new_channels = self.outputs - inputs
        channels = [inputs, *(filters for filters, _, _ in layers)]
        self.convolutions = nn.ModuleList(
            convolution(channels[index], filters, kernel, step, bias) for index, (filters, kernel, step) in enumerate(layers)
        )
        self.activates = design.pre_activation and not is_first
        normalized = channels[:-1] if design.pre_activation else channels[1:]
        absent = [not design.batch_norm or (index == 0 and design.pre_activation and is_first) for index in range(len(layers))]
        self.norms = nn.ModuleList(
            nn.Identity() if missing else normalization(width) for width, missing in zip(normalized, absent, strict=True)
        )
        grows = stride != 1 or inputs != self.outputs
        has_shortcut = design.family != "plain"
        projects = has_shortcut and (design.shortcut == "C" or (design.shortcut == "B" and grows))
        self.projection = ConvolutionBN(inputs, self.outputs, 1, stride, design.batch_norm) if projects else None
        self.gate = convolution(inputs, self.outputs, 1, stride, bias=True) if design.family == "highway" else None

    def around(self, x: Tensor, activated: Tensor) -> Tensor:
        if self.projection is not None:
            return self.projection(activated)
        if self.stride != 1:
            x = x[:, :, :: self.stride, :: self.stride]
        before = self.new_channels // 2 if self.design.zeros_on_both_sides else 0
        return F.pad(x, (0, 0, 0, 0, before, self.new_channels - before)) if self.new_channels else x

    def branch(self, activated: Tensor) -> Tensor:
        y = activated
        for index, (layer, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            if self.design.pre_activation:
                y = layer(F.relu(norm(y), inplace=True) if index > 0 else y)
            else:
                y = norm(layer(F.relu(y, inplace=True) if index > 0 else y))
        return y

    def forward(self, x: Tensor, survives: Tensor | None = None) -> Tensor:
        activated = F.relu(self.norms[0](x)) if self.activates else x
        y = self.branch(activated)
        if survives is not None:
            y = y * survives
        if self.design.family == "residual":
            y = y + self.around(x, activated)
        if self.gate is not None:
            transform = torch.sigmoid(self.gate(activated))
            y = transform * y + (1 - transform) * self.around(x, activated)
        return y if self.design.pre_activation else F.relu(y, inplace=True)

    def modules_by_name(self) -> Iterator[tuple[str, nn.Module]]:
        """Skiplab's names, within the block, of convolutions and BN."""
        named = {f"convolution{index}": module for index, module in enumerate(self.convolutions, 1)}
        named |= {f"normalization{index}": module for index, module in enumerate(self.norms, 1)}
        named["gate"] = self.gate
        if self.projection is not None:
            named |= {"projection": self.projection.convolution, "projection-normalization": self.projection.normalization}
        yield from ((name, module) for name, module in named.items() if module is not None)


def convolution(inputs: int, filters: int, kernel: int, stride: int, bias: bool) -> nn.Conv2d:
    made = nn.Conv2d(inputs, filters, kernel, stride, padding=kernel // 2, bias=bias)
    nn.init.kaiming_normal_(made.weight, mode="fan_out", nonlinearity="relu")
    if made.bias is not None:
        nn.init.zeros_(made.bias)
    return made


def normalization(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-5, momentum=0.1)


class Network(nn.Module):
    """Images [batch, channels, height, width] to logits [batch, classes]."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.design = design
        kernel, stride = (7, 2) if design.stem == "7x7" else (3, 1)
        self.stem = ConvolutionBN(design.channels, design.widths[0], kernel, stride, design.batch_norm)
        blocks: dict[str, Block] = {}
        inputs = design.widths[0]
        for stage, (width, count) in enumerate(zip(design.widths, design.counts, strict=True), 1):
            for block in range(1, count + 1):
                made = Block(design, inputs, width, 2 if stage > 1 and block == 1 else 1, not blocks)
                blocks[f"stage{stage}.block{block}"] = made
                inputs = made.outputs
        self.names = list(blocks)
        self.blocks = nn.ModuleList(blocks.values())
        self.final = normalization(inputs) if design.pre_activation and design.batch_norm else None
        self.classifier = linear(inputs, design.classes)

    def forward(self, x: Tensor, survivals: Tensor | None = None) -> Tensor:
        """`survivals` [blocks]: of stochastic depth, 1 or 0 for each block's branch."""
        x = F.relu(self.stem(x), inplace=True)
        if self.design.stem == "7x7":
            x = F.max_pool2d(x, 3, 2, 1)
        for index, block in enumerate(self.blocks):
            x = block(x, None if survivals is None else survivals[index])
        if self.design.pre_activation:
            x = F.relu(x if self.final is None else self.final(x))
        return self.classifier(x.mean((2, 3)))

    def modules_by_name(self) -> Iterator[tuple[str, nn.Module]]:
        """Skiplab's names of all layers with parameters."""
        yield "stem.convolution", self.stem.convolution
        if self.stem.normalization is not None:
            yield "stem.normalization", self.stem.normalization
        for prefix, block in zip(self.names, self.blocks, strict=True):
            for name, module in block.modules_by_name():
                yield f"{prefix}.{name}", module
        if self.final is not None:
            yield "final.normalization", self.final
        yield "classifier", self.classifier


class Vgg(nn.Module):
    """Stages of 3x3 layers with a 2x2 max pool behind each, two hidden fully connected layers and the classifier."""

    def __init__(self, design: Design, size: tuple[int, int]) -> None:
        super().__init__()
        self.design = design
        units: dict[str, ConvolutionBN] = {}
        inputs = design.channels
        for stage, (width, count) in enumerate(zip(design.widths, design.counts, strict=True), 1):
            for layer in range(1, count + 1):
                units[f"{stage}.{layer}"] = ConvolutionBN(inputs, width, 3, 1, design.batch_norm)
                inputs = width
        self.names = list(units)
        self.units = nn.ModuleList(units.values())
        halved = 2 ** len(design.widths)
        features = inputs * (size[0] // halved) * (size[1] // halved)
        self.hidden = nn.ModuleList([linear(features, design.head_width), linear(design.head_width, design.head_width)])
        self.classifier = linear(design.head_width, design.classes)

    def forward(self, x: Tensor, _survivals: None = None) -> Tensor:
        stage = "1"
        for name, unit in zip(self.names, self.units, strict=True):
            if name.split(".")[0] != stage:
                x = F.max_pool2d(x, 2)
                stage = name.split(".")[0]
            x = F.relu(unit(x), inplace=True)
        # Skiplab flattens [height, width, channels].
        x = F.max_pool2d(x, 2).permute(0, 2, 3, 1).flatten(1)
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.classifier(x)

    def modules_by_name(self) -> Iterator[tuple[str, nn.Module]]:
        """Skiplab's names of all layers with parameters."""
        for name, unit in zip(self.names, self.units, strict=True):
            stage, layer = name.split(".")
            yield f"stage{stage}.block1.convolution{layer}", unit.convolution
            if unit.normalization is not None:
                yield f"stage{stage}.block1.normalization{layer}", unit.normalization
        for index, layer in enumerate(self.hidden, 1):
            yield f"head.fully-connected{index}", layer
        yield "classifier", self.classifier


def linear(inputs: int, outputs: int) -> nn.Linear:
    made = nn.Linear(inputs, outputs)
    nn.init.uniform_(made.weight, -(inputs**-0.5), inputs**-0.5)
    nn.init.zeros_(made.bias)
    return made


def named_arrays(network: Network | Vgg) -> dict[str, Tensor]:
    """Every parameter and running statistic by Skiplab's name, in PyTorch's layout."""
    arrays: dict[str, Tensor] = {}
    for name, module in network.modules_by_name():
        if isinstance(module, nn.Identity):
            continue
        if isinstance(module, nn.BatchNorm2d):
            arrays[f"{name}/scale"] = module.weight
            arrays[f"{name}/offset"] = module.bias
            arrays[f"{name}/running-mean"] = module.running_mean
            arrays[f"{name}/running-variance"] = module.running_var
            continue
        arrays[f"{name}/weights"] = module.weight
        if module.bias is not None:
            arrays[f"{name}/bias"] = module.bias
    return arrays


def sgd(network: Network | Vgg, learning_rate: float, momentum: float = 0.9, weight_decay: float = 1e-4) -> torch.optim.SGD:
    """Momentum SGD as in the paper's recipe: every parameter is decayed, BN's and the bias too."""
    return torch.optim.SGD(network.parameters(), learning_rate, momentum, weight_decay=weight_decay, fused=True)


def exchanged(tensor: Tensor) -> np.ndarray:
    """PyTorch's layout to Skiplab's: OIHW to HWIO, [out, in] to [in, out]."""
    axes = {4: (2, 3, 1, 0), 2: (1, 0)}.get(tensor.ndim, (0,))
    return tensor.detach().permute(axes).contiguous().numpy()


def put(tensor: Tensor, array: np.ndarray) -> None:
    """Copies an array in Skiplab's layout into a tensor in PyTorch's."""
    axes = {4: (3, 2, 0, 1), 2: (1, 0)}.get(tensor.ndim, (0,))
    with torch.no_grad():
        tensor.copy_(torch.from_numpy(np.ascontiguousarray(array.transpose(axes))))


def export_arrays(network: Network | Vgg, optimizer: torch.optim.SGD | None = None) -> dict[str, np.ndarray]:
    """Parameters, running statistics and, after a step, `momentum/<parameter>` by Skiplab's names."""
    arrays = {name: exchanged(tensor) for name, tensor in named_arrays(network).items()}
    if optimizer is not None:
        for name, tensor in named_arrays(network).items():
            buffer = optimizer.state.get(tensor, {}).get("momentum_buffer")
            if buffer is not None:
                arrays[f"momentum/{name}"] = exchanged(buffer)
    return arrays


def import_arrays(network: Network | Vgg, arrays: dict[str, np.ndarray]) -> None:
    """Sets parameters and, where given, running statistics. Names and shapes must fit exactly.

    Momentum is not set: training starts from zero, as in a new run.
    """
    own = named_arrays(network)
    given = {name: array for name, array in arrays.items() if not name.startswith("momentum/")}
    missing = [name for name in own if name not in given and "/running-" not in name]
    unknown = [name for name in given if name not in own]
    if missing or unknown:
        raise ValueError(f"weights do not fit this network: missing {missing[:3]}, unknown {unknown[:3]}")
    for name, array in given.items():
        expected = exchanged(own[name]).shape
        if array.shape != expected:
            raise ValueError(f"{name}: expected shape {expected}, got {array.shape}")
        put(own[name], array)
