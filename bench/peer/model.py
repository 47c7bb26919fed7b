"""The 6n+2 plain, residual and highway networks of "Deep Residual Learning", section 4.2, in PyTorch.

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
    n: int
    shortcut: Option = "A"
    widths: tuple[int, int, int] = (16, 32, 64)
    channels: int = 3
    classes: int = 10
    batch_norm: bool = True
    pre_activation: bool = False


class ConvolutionBN(nn.Module):
    """Convolution and batch normalisation, or a convolution with bias where there is none."""

    def __init__(self, inputs: int, filters: int, kernel: int, stride: int, batch_norm: bool = True) -> None:
        super().__init__()
        self.convolution = convolution(inputs, filters, kernel, stride, bias=not batch_norm)
        self.normalization = normalization(filters) if batch_norm else None

    def forward(self, x: Tensor) -> Tensor:
        y = self.convolution(x)
        return y if self.normalization is None else self.normalization(y)


class Pair(nn.Module):
    """Two 3x3 layers and, in residual and highway networks, the shortcut around them.

    With pre-activation BN and ReLU stand before each convolution; the first block takes the stem's. Identity shortcuts
    start before them, projections and gates behind.
    """

    def __init__(self, design: Design, inputs: int, filters: int, stride: int, is_first: bool) -> None:
        super().__init__()
        self.design = design
        self.stride = stride
        self.new_channels = filters - inputs
        bias = not design.batch_norm
        self.first = convolution(inputs, filters, 3, stride, bias)
        self.second = convolution(filters, filters, 3, 1, bias)
        self.activates = design.pre_activation and not is_first
        norms = [inputs if self.activates else None, filters] if design.pre_activation else [filters, filters]
        self.first_norm, self.second_norm = (
            normalization(width) if design.batch_norm and width is not None else None for width in norms
        )
        grows = stride != 1 or inputs != filters
        has_shortcut = design.family != "plain"
        projects = has_shortcut and (design.shortcut == "C" or (design.shortcut == "B" and grows))
        self.projection = ConvolutionBN(inputs, filters, 1, stride, design.batch_norm) if projects else None
        self.gate = convolution(inputs, filters, 1, stride, bias=True) if design.family == "highway" else None

    def around(self, x: Tensor, activated: Tensor) -> Tensor:
        if self.projection is not None:
            return self.projection(activated)
        if self.stride != 1:
            x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, 0, self.new_channels)) if self.new_channels else x

    def branch(self, activated: Tensor) -> Tensor:
        def norm(module: nn.Module | None, value: Tensor) -> Tensor:
            return value if module is None else module(value)

        if self.design.pre_activation:
            return self.second(F.relu(norm(self.second_norm, self.first(activated)), inplace=True))
        inner = F.relu(norm(self.first_norm, self.first(activated)), inplace=True)
        return norm(self.second_norm, self.second(inner))

    def forward(self, x: Tensor, survives: Tensor | None = None) -> Tensor:
        activated = x
        if self.activates:
            activated = F.relu(x if self.first_norm is None else self.first_norm(x))
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
        named = {
            "convolution1": self.first,
            "normalization1": self.first_norm,
            "convolution2": self.second,
            "normalization2": self.second_norm,
            "gate": self.gate,
        }
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
        self.stem = ConvolutionBN(design.channels, design.widths[0], 3, 1, design.batch_norm)
        pairs: list[Pair] = []
        inputs = design.widths[0]
        for stage, width in enumerate(design.widths):
            for block in range(design.n):
                pairs.append(Pair(design, inputs, width, 2 if stage > 0 and block == 0 else 1, not pairs))
                inputs = width
        self.pairs = nn.ModuleList(pairs)
        self.final = normalization(inputs) if design.pre_activation and design.batch_norm else None
        self.classifier = nn.Linear(inputs, design.classes)
        bound = inputs**-0.5
        nn.init.uniform_(self.classifier.weight, -bound, bound)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, x: Tensor, survivals: Tensor | None = None) -> Tensor:
        """`survivals` [blocks]: of stochastic depth, 1 or 0 for each block's branch."""
        x = F.relu(self.stem(x), inplace=True)
        for index, pair in enumerate(self.pairs):
            x = pair(x, None if survivals is None else survivals[index])
        if self.design.pre_activation:
            x = F.relu(x if self.final is None else self.final(x))
        return self.classifier(x.mean((2, 3)))

    def modules_by_name(self) -> Iterator[tuple[str, nn.Module]]:
        """Skiplab's names of all convolutions and BN."""
        yield "stem.convolution", self.stem.convolution
        if self.stem.normalization is not None:
            yield "stem.normalization", self.stem.normalization
        for index, pair in enumerate(self.pairs):
            prefix = f"stage{index // self.design.n + 1}.block{index % self.design.n + 1}"
            for name, module in pair.modules_by_name():
                yield f"{prefix}.{name}", module
        if self.final is not None:
            yield "final.normalization", self.final

    def named_arrays(self) -> dict[str, Tensor]:
        """Every parameter and running statistic by Skiplab's name, in PyTorch's layout."""
        arrays: dict[str, Tensor] = {}
        for name, module in self.modules_by_name():
            if isinstance(module, nn.BatchNorm2d):
                arrays[f"{name}/scale"] = module.weight
                arrays[f"{name}/offset"] = module.bias
                arrays[f"{name}/running-mean"] = module.running_mean
                arrays[f"{name}/running-variance"] = module.running_var
                continue
            arrays[f"{name}/weights"] = module.weight
            if module.bias is not None:
                arrays[f"{name}/bias"] = module.bias
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
