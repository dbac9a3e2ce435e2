"""Transformers as libraries write them: layers with attention of their own, and causal masks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from net2fig.read import read

pytestmark = pytest.mark.keras

FEATURES, HEADS = 16, 4


@pytest.fixture(scope="module")
def own():
    """Return layers as libraries of models write them."""
    import keras
    from keras import layers, ops

    class CachedAttention(layers.MultiHeadAttention):
        def call(self, query, value, key=None, attention_mask=None, cache=None):
            return super().call(query, value, key=key, attention_mask=attention_mask)

    class RotaryAttention(layers.Layer):
        def __init__(self, num_query_heads):
            super().__init__()
            self.num_query_heads = num_query_heads
            self.query, self.key, self.value = (layers.Dense(FEATURES) for _ in range(3))
            self.out = layers.Dense(FEATURES)

        def call(self, x):
            weights = ops.matmul(self.query(x), ops.transpose(self.key(x), (0, 2, 1)))
            return self.out(ops.matmul(ops.softmax(weights), self.value(x)))

    class AttentionBlock(layers.Layer):
        def __init__(self):
            super().__init__()
            self.norm = layers.LayerNormalization()
            self.attention = layers.MultiHeadAttention(HEADS, FEATURES // HEADS)

        def call(self, x):
            y = self.norm(x)
            return x + self.attention(y, y)

    class Decoder(layers.Layer):
        """Its layers bear one name, and its mask needs the length of the sequence."""

        def __init__(self):
            super().__init__()
            self.attention = CachedAttention(HEADS, FEATURES // HEADS, name="same")
            self.first = layers.Dense(2 * FEATURES, name="same")
            self.second = layers.Dense(FEATURES, name="same")

        def call(self, x):
            batch, length = ops.shape(x)[0], ops.shape(x)[1]
            places = ops.arange(length)
            mask = ops.broadcast_to(places[:, None] >= places, (batch, length, length))
            x = x + self.attention(x, x, attention_mask=mask, cache=None)
            return x + self.second(self.first(x))

    def build(*made, mask=False):
        x = tokens = keras.Input((None, FEATURES))
        rest = keras.Input((None, None), dtype="bool") if mask else None
        for layer in made:
            x = layer(x)
        if mask:
            x = layers.MultiHeadAttention(HEADS, 4)(x, x, attention_mask=rest)
        return keras.Model([tokens, rest] if mask else tokens, x)

    return SimpleNamespace(
        Decoder=Decoder, RotaryAttention=RotaryAttention, AttentionBlock=AttentionBlock, build=build
    )


def test_a_layer_that_asks_for_a_length_is_opened_and_the_length_stays_open(own):
    model = own.build(own.Decoder(), own.Decoder())
    network = read(model)
    assert [layer.class_name for layer in network.layers].count("CachedAttention") == 2
    assert all(layer.output == (None, None, layer.output[-1]) for layer in network.layers)
    assert network.params == model.count_params()


def test_layers_of_one_name_are_layers_of_their_own(own):
    network = read(own.build(own.Decoder()))
    dense = [layer for layer in network.layers if layer.class_name == "Dense"]
    assert [layer.output[-1] for layer in dense] == [2 * FEATURES, FEATURES]
    assert not any(layer.shared for layer in dense)


def test_names_are_as_before(own):
    decoder = own.Decoder()
    read(own.build(decoder))
    assert {each.name for each in (decoder.attention, decoder.first, decoder.second)} == {"same"}


def test_an_attention_of_ones_own_is_one_layer_with_its_heads(own):
    model = own.build(own.RotaryAttention(HEADS))
    network = read(model)
    layer = network.layers[-1]
    assert (layer.class_name, layer.op) == ("RotaryAttention", "MultiHeadAttention")
    assert layer.config["num_heads"] == HEADS
    assert network.params == model.count_params()


def test_a_block_with_more_than_attention_is_opened(own):
    classes = [layer.class_name for layer in read(own.build(own.AttentionBlock())).layers]
    assert {"LayerNormalization", "MultiHeadAttention"} <= set(classes)


def test_a_mask_is_no_input_of_an_attention(own):
    network = read(own.build(mask=True))
    assert [edge.source for edge in network.edges] == [network.inputs[0].layer] * 2
    (notice,) = network.notices
    assert notice.text.startswith("left out layers that lead to no output: ")


def test_a_layer_that_is_opened_hands_its_mask_on():
    import keras
    from keras import layers, ops

    class Masked(layers.Layer):
        def __init__(self):
            super().__init__()
            self.attention = layers.MultiHeadAttention(HEADS, 4)

        def call(self, x, attention_mask=None):
            wide = ops.cast(attention_mask, "int32")
            return x + self.attention(x, x, attention_mask=wide[:, None, :])

    tokens, mask = keras.Input((8, FEATURES)), keras.Input((8,), dtype="bool")
    network = read(keras.Model([tokens, mask], Masked()(tokens, attention_mask=mask)))
    assert "MultiHeadAttention" in [layer.class_name for layer in network.layers]
