"""Networks of published papers, built by hand at the depths that the papers print."""

from __future__ import annotations

from collections.abc import Sequence

from net2fig.network import Network
from tests.group.nets import Builder


def attend(net: Builder, x: str, heads: int, memory: str = "") -> str:
    """Add attention of a sequence to itself, or to another."""
    sources = [x, memory, memory] if memory else [x, x, x]
    return net.add("MultiHeadAttention", sources, net.shape(x), num_heads=heads)


def norm(net: Builder, x: str) -> str:
    """Add a normalisation of each token."""
    return net.same("LayerNormalization", x)


def perceive(net: Builder, x: str, ratio: int = 4, activation: str = "gelu") -> str:
    """Add two dense layers that widen the features and narrow them again."""
    width = net.shape(x)[-1] or 1
    return net.dense(net.dense(x, ratio * width, activation=activation), width)


def pre_norm(net: Builder, x: str, heads: int, memory: str = "") -> str:
    """Add a block that normalises before attention and perceptron; a decoder's, with a memory."""
    x = net.merge("Add", x, attend(net, norm(net, x), heads))
    if memory:
        x = net.merge("Add", x, attend(net, norm(net, x), heads, memory))
    return net.merge("Add", x, perceive(net, norm(net, x)))


def post_norm(net: Builder, x: str, heads: int, memory: str = "") -> str:
    """Add a block that normalises after each sum; a decoder's, with a memory."""
    x = norm(net, net.merge("Add", x, attend(net, x, heads)))
    if memory:
        x = norm(net, net.merge("Add", x, attend(net, x, heads, memory)))
    return norm(net, net.merge("Add", x, perceive(net, x, activation="relu")))


def embed(net: Builder, length: int, width: int, name: str = "") -> str:
    """Add an input of tokens, their embeddings and those of their positions."""
    x = net.add("Embedding", [net.input(length, name=name)], (None, length, width), input_dim=9000)
    return net.same("PositionEmbedding", x)


def patches(net: Builder, width: int, size: int = 16, side: int = 224) -> str:
    """Add an input of an image, and make a sequence of its patches."""
    x = net.conv(net.input(side, side, 3), width, size, size)
    x = net.add("Reshape", [x], (None, (side // size) ** 2, width))
    return net.same("PositionEmbedding", x)


def vision(blocks: int, width: int, heads: int) -> Network:
    """Return a ViT, or a DeiT."""
    net = Builder()
    x = patches(net, width)
    for _ in range(blocks):
        x = pre_norm(net, x, heads)
    pooled = net.add("GlobalAveragePooling1D", [norm(net, x)], (None, width))
    return net.network(net.dense(pooled, 1000))


def language(blocks: int, width: int, heads: int, *, before: bool) -> Network:
    """Return a GPT, which normalises before each sum, or a BERT, which does so after."""
    net = Builder()
    x = embed(net, 512, width)
    for _ in range(blocks):
        x = (pre_norm if before else post_norm)(net, x, heads)
    return net.network(net.dense(norm(net, x) if before else x, 9000))


def translation(encoder: int, decoder: int, width: int, heads: int, *, before: bool) -> Network:
    """Return an encoder whose output each block of a decoder attends to."""
    net = Builder()
    block = pre_norm if before else post_norm
    memory, x = embed(net, 64, width, "source"), embed(net, 64, width, "target")
    for _ in range(encoder):
        memory = block(net, memory, heads)
    for _ in range(decoder):
        x = block(net, x, heads, memory)
    return net.network(net.dense(x, 9000))


def whisper(encoder: int, decoder: int, width: int, heads: int) -> Network:
    """Return a Whisper: two convolutions over a spectrogram before the encoder."""
    net = Builder()
    x = net.conv(net.input(3000, 80, name="audio"), width, class_name="Conv1D")
    memory = net.same("PositionEmbedding", net.conv(x, width, 3, 2, class_name="Conv1D"))
    for _ in range(encoder):
        memory = pre_norm(net, memory, heads)
    memory, x = norm(net, memory), embed(net, 448, width, "text")
    for _ in range(decoder):
        x = pre_norm(net, x, heads, memory)
    return net.network(net.dense(norm(net, x), 9000))


def detr(stages: Sequence[int], encoder: int, decoder: int) -> Network:
    """Return a DETR: a ResNet, a Transformer, a head for classes and one for boxes."""
    net = Builder()
    x = net.pool(net.conv(net.input(800, 800, 3), 64, 7, 2), 3, strides=2)
    for stage, blocks in enumerate(stages):
        for number in range(blocks):
            strides, width = (2 if number == 0 and stage else 1), 64 << stage
            short = net.conv(x, 4 * width, 1, strides) if number == 0 else x
            y = net.conv(net.conv(net.conv(x, width, 1), width, 3, strides), 4 * width, 1)
            x = net.merge("Add", y, short)
    x = net.add("Reshape", [net.conv(x, 256, 1)], (None, 625, 256))
    memory = net.same("PositionEmbedding", x)
    for _ in range(encoder):
        memory = post_norm(net, memory, 8)
    queries = net.input(100, 256, name="queries")
    for _ in range(decoder):
        queries = post_norm(net, queries, 8, memory)
    boxes = net.dense(net.dense(net.dense(queries, 256), 256), 4)
    return net.network(net.dense(queries, 92), boxes)


def swin(depths: Sequence[int], width: int, heads: Sequence[int]) -> Network:
    """Return a Swin: windows of attention, every second one shifted, patches merged between."""
    net = Builder()
    x = net.conv(net.input(224, 224, 3), width, 4, 4)
    for stage, depth in enumerate(depths):
        if stage:
            out = tuple((axis or 0) // 2 for axis in net.shape(x)[1:3])
            x = net.add("PatchMerging", [x], (None, *out, width << stage))
        for number in range(depth):
            shift = 3 * (number % 2)
            y = net.same("WindowAttention", norm(net, x), num_heads=heads[stage], shift=shift)
            x = net.merge("Add", x, y)
            x = net.merge("Add", x, perceive(net, norm(net, x)))
    return net.network(net.dense(net.gap(norm(net, x)), 1000))


def poolformer(depths: Sequence[int], widths: Sequence[int]) -> Network:
    """Return a PoolFormer: pooling in the place of attention."""
    net = Builder()
    x = net.input(224, 224, 3)
    for stage, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        x = net.conv(x, width, 3 if stage else 7, 2 if stage else 4)
        for _ in range(depth):
            y = net.pool(norm(net, x), 3, "AveragePooling2D", strides=1)
            x = net.merge("Add", x, y)
            y = net.conv(net.conv(norm(net, x), 4 * width, 1), width, 1)
            x = net.merge("Add", x, y)
    return net.network(net.dense(net.gap(norm(net, x)), 1000))


def mixer(blocks: int, width: int) -> Network:
    """Return an MLP-Mixer: dense layers over the tokens, then over the features."""
    net = Builder()
    x = patches(net, width)
    for _ in range(blocks):
        y = net.add("Permute", [norm(net, x)], (None, width, 196))
        y = net.dense(net.dense(y, 384, activation="gelu"), 196)
        x = net.merge("Add", x, net.add("Permute", [y], (None, 196, width)))
        x = net.merge("Add", x, perceive(net, norm(net, x)))
    pooled = net.add("GlobalAveragePooling1D", [norm(net, x)], (None, width))
    return net.network(net.dense(pooled, 1000))


def regnet(depths: Sequence[int], widths: Sequence[int], group: int) -> Network:
    """Return a RegNetY: grouped convolutions with squeeze-and-excite."""
    net = Builder()
    x = net.conv(net.input(224, 224, 3), 32, 3, 2)
    for depth, width in zip(depths, widths, strict=True):
        for number in range(depth):
            strides = 1 if number else 2
            short = net.conv(x, width, 1, strides) if number == 0 else x
            y = net.conv(net.conv(x, width, 1), width, 3, strides, groups=width // group)
            seen = net.add("Reshape", [net.gap(y)], (None, 1, 1, width))
            gate = net.conv(net.conv(seen, width // 4, 1), width, 1, activation="sigmoid")
            y = net.conv(net.merge("Multiply", y, gate), width, 1)
            x = net.merge("Add", y, short)
    return net.network(net.dense(net.gap(x), 1000))


def resnext(depths: Sequence[int]) -> Network:
    """Return a ResNeXt of 32 groups of four."""
    net = Builder()
    x = net.pool(net.conv(net.input(224, 224, 3), 64, 7, 2), 3, strides=2)
    for stage, depth in enumerate(depths):
        for number in range(depth):
            strides, width = (2 if number == 0 and stage else 1), 128 << stage
            short = net.conv(x, 2 * width, 1, strides) if number == 0 else x
            y = net.conv(net.conv(x, width, 1), width, 3, strides, groups=32)
            x = net.merge("Add", net.conv(y, 2 * width, 1), short)
    return net.network(net.dense(net.gap(x), 1000))


def convmixer(width: int, depth: int, kernel: int, patch: int) -> Network:
    """Return a ConvMixer."""
    net = Builder()
    x = net.conv(net.input(224, 224, 3), width, patch, patch)
    for _ in range(depth):
        x = net.conv(net.merge("Add", net.depthwise(x, kernel), x), width, 1)
    return net.network(net.dense(net.gap(x), 1000))


def mobilevit(layers: Sequence[int], widths: Sequence[int], features: Sequence[int]) -> Network:
    """Return a MobileViT: Transformers over the patches of a feature map, in three stages."""
    net = Builder()

    def inverted(x: str, width: int, strides: int = 1) -> str:
        wide = net.conv(x, 4 * (net.shape(x)[-1] or 1), 1)
        y = net.conv(net.depthwise(wide, 3, strides), width, 1)
        return net.merge("Add", x, y) if net.shape(x) == net.shape(y) else y

    x = inverted(net.conv(net.input(256, 256, 3), 16, 3, 2), 32)
    x = inverted(inverted(inverted(x, 64, 2), 64), 64)
    for depth, width, out in zip(layers, widths, features, strict=True):
        x = inverted(x, out, 2)
        side = net.shape(x)[1] or 1
        y = net.conv(net.conv(x, out, 3), width, 1)
        y = net.add("Reshape", [y], (None, side * side, width))
        for _ in range(depth):
            y = pre_norm(net, y, 4)
        y = net.add("Reshape", [norm(net, y)], (None, side, side, width))
        x = net.conv(net.merge("Concatenate", x, net.conv(y, out, 1)), out, 3)
    return net.network(net.dense(net.gap(net.conv(x, 640, 1)), 1000))


def mixtral(blocks: int, width: int, heads: int, experts: int) -> Network:
    """Return a Mixtral: experts side by side, weighed by a router."""
    net = Builder()
    x = embed(net, 512, width)
    for _ in range(blocks):
        x = net.merge("Add", x, attend(net, net.same("RMSNormalization", x), heads))
        y = net.same("RMSNormalization", x)
        router = net.dense(y, experts, activation="softmax")
        ways = [net.merge("Multiply", perceive(net, y), router) for _ in range(experts)]
        x = net.merge("Add", x, *ways)
    return net.network(net.dense(net.same("RMSNormalization", x), 9000))


def dit(blocks: int, width: int, heads: int) -> Network:
    """Return a DiT: one condition scales, shifts and gates each block."""
    net = Builder()
    x = patches(net, width, 2, 32)
    time = net.dense(net.dense(net.input(256, name="time"), width), width)
    label = net.add("Embedding", [net.input(1, name="label")], (None, width), input_dim=1001)
    condition = net.merge("Add", time, label)
    for _ in range(blocks):
        # A split of it is no glyph.
        scale = net.dense(condition, 6 * width)
        y = net.merge("Add", net.merge("Multiply", norm(net, x), scale), scale)
        x = net.merge("Add", x, net.merge("Multiply", attend(net, y, heads), scale))
        y = net.merge("Add", net.merge("Multiply", norm(net, x), scale), scale)
        x = net.merge("Add", x, net.merge("Multiply", perceive(net, y), scale))
    return net.network(net.dense(norm(net, x), 32))


def perceiver(stages: int, blocks: int, latents: int, width: int) -> Network:
    """Return a Perceiver: latents that attend to the input, then to themselves, again and again."""
    net = Builder()
    pixels = net.conv(net.input(50176, 3), 261, 1, class_name="Conv1D")
    x = net.add("Latents", [pixels], (None, latents, width))
    for _ in range(stages):
        x = net.merge("Add", x, attend(net, norm(net, x), 1, norm(net, pixels)))
        x = net.merge("Add", x, perceive(net, norm(net, x), 1))
        for _ in range(blocks):
            x = pre_norm(net, x, 8)
    return net.network(net.dense(net.add("GlobalAveragePooling1D", [x], (None, width)), 1000))
