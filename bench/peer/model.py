"""The 6n+2 plain and residual networks of "Deep Residual Learning", section 4.2, in PyTorch.

A second, independent statement of what src/common/network/network.ts lays out, so that `npm run parity` can
hold one against the other, and `npm run bench` can time the same work. What it must agree on:

- 3x3 convolutions without bias, zero padding 1 on every side, also at stride 2 (so not TensorFlow's SAME);
- BN after each convolution (epsilon 1e-5, running = 0.9 * running + 0.1 * batch, unbiased batch variance),
  ReLU after BN, a block's last ReLU after the addition;
- shortcuts: A takes every second pixel and appends zero channels after the old ones; B projects (1x1 convolution
  and BN) where dimensions grow; C projects everywhere;
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

Family = Literal["plain", "residual"]
Option = Literal["A", "B", "C"]


@dataclass(frozen=True)
class Design:
    """The fields of Skiplab's NetworkDesign that shape a network."""

    family: Family
    n: int
    shortcut: Option = "A"
    widths: tuple[int, int, int] = (16, 32, 64)
    channels: int = 3
    classes: int = 10


class ConvolutionBN(nn.Module):
    """Convolution without bias, then batch normalisation."""

    def __init__(self, inputs: int, filters: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, filters, kernel, stride, padding=kernel // 2, bias=False)
        self.normalization = nn.BatchNorm2d(filters, eps=1e-5, momentum=0.1)
        nn.init.kaiming_normal_(self.convolution.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        return self.normalization(self.convolution(x))


class Pair(nn.Module):
    """Two 3x3 layers and, in residual networks, the shortcut around them."""

    def __init__(self, design: Design, inputs: int, filters: int, stride: int) -> None:
        super().__init__()
        self.first = ConvolutionBN(inputs, filters, 3, stride)
        self.second = ConvolutionBN(filters, filters, 3, 1)
        self.residual = design.family == "residual"
        self.stride = stride
        self.new_channels = filters - inputs
        grows = stride != 1 or inputs != filters
        projects = self.residual and (design.shortcut == "C" or (design.shortcut == "B" and grows))
        self.projection = ConvolutionBN(inputs, filters, 1, stride) if projects else None

    def shortcut(self, x: Tensor) -> Tensor:
        if self.projection is not None:
            return self.projection(x)
        if self.stride != 1:
            x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, 0, self.new_channels)) if self.new_channels else x

    def forward(self, x: Tensor) -> Tensor:
        y = self.second(F.relu(self.first(x), inplace=True))
        if self.residual:
            y = y + self.shortcut(x)
        return F.relu(y, inplace=True)


class Network(nn.Module):
    """Images [batch, channels, height, width] to logits [batch, classes]."""

    def __init__(self, design: Design) -> None:
        super().__init__()
        self.design = design
        self.stem = ConvolutionBN(design.channels, design.widths[0], 3, 1)
        pairs: list[Pair] = []
        inputs = design.widths[0]
        for stage, width in enumerate(design.widths):
            for block in range(design.n):
                pairs.append(Pair(design, inputs, width, 2 if stage > 0 and block == 0 else 1))
                inputs = width
        self.pairs = nn.Sequential(*pairs)
        self.classifier = nn.Linear(inputs, design.classes)
        bound = inputs**-0.5
        nn.init.uniform_(self.classifier.weight, -bound, bound)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.stem(x), inplace=True)
        return self.classifier(self.pairs(x).mean((2, 3)))

    def units(self) -> Iterator[tuple[str, str, ConvolutionBN]]:
        """Skiplab's names of each convolution and of the BN behind it."""
        yield "stem.convolution", "stem.normalization", self.stem
        for index, pair in enumerate(self.pairs):
            prefix = f"stage{index // self.design.n + 1}.block{index % self.design.n + 1}"
            yield f"{prefix}.convolution1", f"{prefix}.normalization1", pair.first
            yield f"{prefix}.convolution2", f"{prefix}.normalization2", pair.second
            if pair.projection is not None:
                yield f"{prefix}.projection", f"{prefix}.projection-normalization", pair.projection

    def named_arrays(self) -> dict[str, Tensor]:
        """Every parameter and running statistic by Skiplab's name, in PyTorch's layout."""
        arrays: dict[str, Tensor] = {}
        for convolution, normalization, unit in self.units():
            arrays[f"{convolution}/weights"] = unit.convolution.weight
            arrays[f"{normalization}/scale"] = unit.normalization.weight
            arrays[f"{normalization}/offset"] = unit.normalization.bias
            arrays[f"{normalization}/running-mean"] = unit.normalization.running_mean
            arrays[f"{normalization}/running-variance"] = unit.normalization.running_var
        arrays["classifier/weights"] = self.classifier.weight
        arrays["classifier/bias"] = self.classifier.bias
        return arrays


def sgd(network: Network, learning_rate: float, momentum: float = 0.9, weight_decay: float = 1e-4) -> torch.optim.SGD:
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


def export_arrays(network: Network, optimizer: torch.optim.SGD | None = None) -> dict[str, np.ndarray]:
    """Parameters, running statistics and, after a step, `momentum/<parameter>` by Skiplab's names."""
    arrays = {name: exchanged(tensor) for name, tensor in network.named_arrays().items()}
    if optimizer is not None:
        for name, tensor in network.named_arrays().items():
            buffer = optimizer.state.get(tensor, {}).get("momentum_buffer")
            if buffer is not None:
                arrays[f"momentum/{name}"] = exchanged(buffer)
    return arrays


def import_arrays(network: Network, arrays: dict[str, np.ndarray]) -> None:
    """Sets parameters and, where given, running statistics. Names and shapes must fit exactly.

    Momentum is not set: training starts from zero, as in a new run.
    """
    own = network.named_arrays()
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
