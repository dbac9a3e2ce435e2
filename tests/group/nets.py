"""Small networks for the tests of this stage, built by hand, with shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from net2fig.network import Edge, Layer, Network, Port, Shape, Step


def step(text: str) -> Step:
    """Return the step into a call of a nested model: "encoder", "encoder@2", "se_1:SEBlock"."""
    name, _, class_name = text.partition(":")
    name, _, call = name.partition("@")
    return Step(name, class_name, int(call or 1))


class Builder:
    """A network under construction; each method adds a layer and returns its id."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.edges: list[Edge] = []
        self.inputs: list[Port] = []
        self.counts: dict[str, int] = {}

    def add(
        self, class_name: str, sources: list[str], shape: Shape, name: str = "", **config: Any
    ) -> str:
        """Add a layer of any class; a scope is written before the name: "outer/inner"."""
        number = self.counts[class_name] = self.counts.get(class_name, 0) + 1
        id = name or f"{class_name.lower()}_{number}"
        scope = tuple(map(step, config.pop("scope", ())))
        weights = config.pop("weights", "")
        short = id.split("/")[-1].split("@")[0]
        layer = Layer(id, short, class_name, None, config, (shape,), scope=scope, weights=weights)
        self.layers.append(layer)
        self.edges += [Edge(source, id, 0, port) for port, source in enumerate(sources)]
        return id

    def shape(self, id: str) -> Shape:
        """Return what leaves a layer."""
        found = next(layer.output for layer in reversed(self.layers) if layer.id == id)
        assert found is not None
        return found

    def input(self, *shape: int | None, name: str = "") -> str:
        """Add an input."""
        id = self.add("InputLayer", [], (None, *shape), name)
        self.inputs.append(Port(id, id))
        return id

    def conv(self, x: str, features: int, kernel: int = 3, strides: int = 1, **rest: Any) -> str:
        """Add a convolution that keeps the resolution, but for its strides."""
        class_name = rest.pop("class_name", "Conv2D")
        spatial = self.shape(x)[1:-1]
        out = tuple(None if axis is None else -(-axis // strides) for axis in spatial)
        rest |= {"kernel_size": [kernel] * len(spatial), "strides": [strides] * len(spatial)}
        return self.add(class_name, [x], (None, *out, features), **rest)

    def depthwise(self, x: str, kernel: int = 3, strides: int = 1) -> str:
        """Add a depthwise convolution."""
        features = self.shape(x)[-1]
        assert features is not None
        return self.conv(x, features, kernel, strides, class_name="DepthwiseConv2D")

    def pool(
        self, x: str, size: int = 2, class_name: str = "MaxPooling2D", strides: int = 0
    ) -> str:
        """Add a pooling."""
        step = strides or size
        shape = self.shape(x)
        out = tuple(None if axis is None else -(-axis // step) for axis in shape[1:-1])
        sizes = {"pool_size": [size] * len(out), "strides": [step] * len(out)}
        return self.add(class_name, [x], (None, *out, shape[-1]), **sizes)

    def up(self, x: str, size: int = 2) -> str:
        """Add an up-sampling."""
        shape = self.shape(x)
        out = tuple(None if axis is None else axis * size for axis in shape[1:-1])
        return self.add("UpSampling2D", [x], (None, *out, shape[-1]), size=[size] * len(out))

    def same(self, class_name: str, x: str, **config: Any) -> str:
        """Add a layer that keeps the shape: normalisation, activation, dropout."""
        return self.add(class_name, [x], self.shape(x), **config)

    def dense(self, x: str, units: int, **config: Any) -> str:
        """Add a dense layer."""
        return self.add("Dense", [x], (*self.shape(x)[:-1], units), units=units, **config)

    def merge(self, class_name: str, *sources: str) -> str:
        """Add a merge of one shape, or a concatenation of features."""
        shape = self.shape(sources[0])
        if class_name == "Concatenate":
            total = sum(self.shape(source)[-1] or 0 for source in sources)
            return self.add(class_name, list(sources), (*shape[:-1], total))
        return self.add(class_name, list(sources), shape)

    def gap(self, x: str) -> str:
        """Add a global average pooling."""
        return self.add("GlobalAveragePooling2D", [x], (None, self.shape(x)[-1]))

    def network(self, *outputs: str, name: str = "net") -> Network:
        """Return the network with these outputs."""
        ends = outputs or (self.layers[-1].id,)
        edges = sorted(self.edges, key=lambda edge: (edge.target, edge.target_port))
        ports = tuple(Port(id, id) for id in ends)
        return Network(name, tuple(self.layers), tuple(edges), tuple(self.inputs), ports)


def chain(
    *steps: Callable[[Builder, str], str], shape: tuple[int | None, ...] = (32, 32, 3)
) -> Network:
    """Return an input and one layer after the other."""
    net = Builder()
    x = net.input(*shape)
    for step in steps:
        x = step(net, x)
    return net.network(x)


def conv_bn_relu(net: Builder, x: str, features: int, kernel: int = 3, strides: int = 1) -> str:
    """Add a convolution, its normalisation and its activation."""
    x = net.same("BatchNormalization", net.conv(x, features, kernel, strides))
    return net.same("Activation", x, activation="relu")


def bottleneck(net: Builder, x: str, width: int, strides: int, project: bool) -> str:
    """Add a residual block of ResNet50."""
    short = x
    if project:
        short = net.same("BatchNormalization", net.conv(x, 4 * width, 1, strides))
    y = conv_bn_relu(net, x, width, 1, strides)
    y = conv_bn_relu(net, y, width, 3)
    y = net.same("BatchNormalization", net.conv(y, 4 * width, 1))
    return net.same("Activation", net.merge("Add", short, y), activation="relu")


def resnet(stages: tuple[int, ...] = (3, 4, 6, 3)) -> Network:
    """Return a ResNet with bottlenecks: 50 by its default stages."""
    net = Builder()
    x = conv_bn_relu(net, net.input(224, 224, 3), 64, 7, 2)
    x = net.pool(net.same("ZeroPadding2D", x), 3, strides=2)
    for stage, blocks in enumerate(stages):
        for number in range(blocks):
            strides = 2 if number == 0 and stage else 1
            x = bottleneck(net, x, 64 * 2**stage, strides, project=number == 0)
    return net.network(net.dense(net.gap(x), 1000))


def vgg16() -> Network:
    """Return VGG16."""
    net = Builder()
    x = net.input(224, 224, 3)
    for depth, features in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(depth):
            x = net.conv(x, features)
        x = net.pool(x)
    x = net.add("Flatten", [x], (None, 25088))
    for units in (4096, 4096, 1000):
        x = net.dense(x, units)
    return net.network(x)


def unet(depth: int = 4) -> Network:
    """Return a U-Net with normalisation."""
    net = Builder()
    x = net.input(256, 256, 1)
    skips = []
    for level in range(depth):
        x = conv_bn_relu(net, conv_bn_relu(net, x, 64 << level), 64 << level)
        skips.append(x)
        x = net.pool(x)
    x = conv_bn_relu(net, conv_bn_relu(net, x, 64 << depth), 64 << depth)
    for level in reversed(range(depth)):
        x = net.conv(net.up(x), 64 << level, 2)
        x = net.merge("Concatenate", skips[level], x)
        x = conv_bn_relu(net, conv_bn_relu(net, x, 64 << level), 64 << level)
    return net.network(net.conv(x, 2, 1))


def inception(net: Builder, x: str, widths: tuple[int, int, int, int]) -> str:
    """Add an inception module of four branches."""
    one, three, five, pooled = widths
    a = conv_bn_relu(net, x, one, 1)
    b = conv_bn_relu(net, conv_bn_relu(net, x, three, 1), three, 3)
    c = conv_bn_relu(net, conv_bn_relu(net, x, five, 1), five, 5)
    d = conv_bn_relu(net, net.pool(x, 3, strides=1), pooled, 1)
    return net.merge("Concatenate", a, b, c, d)


def gates(count: int = 3) -> Network:
    """Return a U-Net whose skip connections pass attention gates, blocks of two inputs."""
    net = Builder()
    x, skips = net.input(64, 64, 3), []
    for level in range(count):
        x = net.conv(x, 8 * 2**level)
        skips.append(x)
        x = net.pool(x)
    for level in reversed(range(count)):
        skip, x = skips[level], net.up(x)
        both = net.merge("Add", net.conv(skip, 8, 1), net.conv(x, 8, 1))
        gated = net.merge("Multiply", skip, net.conv(both, 8 * 2**level, 1))
        x = net.conv(net.merge("Concatenate", x, gated), 8 * 2**level)
    return net.network(x)


def add_feature_pyramid(net: Builder, levels: list[str]) -> Network:
    """Return the network that reads every level by a pyramid with a head each."""
    x = net.conv(levels[-1], 8, 1)
    heads = [net.conv(x, 4, 5)]
    for level in levels[-2::-1]:
        size = tuple(2 * axis for axis in net.shape(x)[1:3])
        up = net.add("UpSampling2D", [x], (None, *size, 8), size=[2, 2])
        x = net.merge("Add", up, net.conv(level, 8, 1))
        heads.append(net.conv(x, 4, 5))
    return net.network(*heads)
