"""Models in wrappers are opened."""

from __future__ import annotations

from net2fig.read import read


def film(config, tmp_path, inner, shape=(None, 7, 12, 12, 3), again=False):
    """A film whose frames go through a model, once or twice."""
    layers = [config.input("film", list(shape))]
    name = "film"
    for own in ("each", "again")[: 2 if again else 1]:
        tensor = config.tensor("film", list(shape))
        layers.append(config.layer("TimeDistributed", own, tensor, layer=inner))
        name = own
    if again:
        both = [config.tensor("each", [None, 7, 5]), config.tensor("again", [None, 7, 5])]
        layers.append(config.layer("Add", "sum", both))
        name = "sum"
    data = config.model(layers, ["film", 0, 0], [name, 0, 0])
    return read(config.save(tmp_path / "film.keras", data))


def frames(config):
    layers = [
        config.layer("Conv2D", "conv", filters=4, kernel_size=[3, 3]),
        config.layer("GlobalMaxPooling2D", "pool"),
        config.layer("Dense", "dense", units=5),
    ]
    return config.sequential(layers, "frame")


def test_the_layers_replace_the_wrapper(config, tmp_path):
    network = film(config, tmp_path, frames(config))
    assert [(layer.id, layer.output, layer.params, layer.models) for layer in network.layers] == [
        ("film", (None, 7, 12, 12, 3), 0, ()),
        ("each/steps", (None, 12, 12, 3), 0, ()),
        ("frame/conv", (None, 10, 10, 4), 112, ("frame",)),
        ("frame/pool", (None, 4), 0, ("frame",)),
        ("frame/dense", (None, 5), 25, ("frame",)),
        ("each", (None, 7, 5), 0, ()),
    ]
    assert [(edge.source, edge.target) for edge in network.edges] == [
        ("film", "each/steps"),
        ("each/steps", "frame/conv"),
        ("frame/conv", "frame/pool"),
        ("frame/pool", "frame/dense"),
        ("frame/dense", "each"),
    ]
    assert network.outputs[0].layer == "each"
    assert not any(layer.shared for layer in network.layers)


def test_a_model_in_two_wrappers_is_shared(config, tmp_path):
    network = film(config, tmp_path, frames(config), again=True)
    ids = [layer.id for layer in network.layers if layer.class_name == "Conv2D"]
    assert ids == ["frame/conv", "frame@2/conv"]
    assert all(network[id].shared for id in ids)
    assert network["frame@2/conv"].scope[-1].id == "frame@2"
    assert network["sum"].output == (None, 7, 5)


def test_wrappers_that_cannot_be_opened_are_unchanged(config, tmp_path):
    for inner, shape in (
        (config.layer("Dense", "dense", units=5), (None, 7, 12)),
        (
            config.sequential([config.input("x", [None, 9]), *frames(config)["config"]["layers"]]),
            None,
        ),
        ({"class_name": "Own", "config": {"layers": 3}}, (None, 7, 12)),
        (frames(config), (None, 7)),
    ):
        network = film(config, tmp_path, inner, shape or (None, 7, 12, 12, 3))
        assert [layer.class_name for layer in network.layers] == ["InputLayer", "TimeDistributed"]
