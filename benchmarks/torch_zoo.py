"""Models of libraries for PyTorch, by family and name, without weights, on tensors without data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Example = Mapping[str, Any] | Sequence[Any] | None

TRANSFORMERS = (
    *("albert", "audio-spectrogram-transformer", "bart", "beit", "bert", "big_bird", "bloom"),
    *("clip", "convbert", "convnext", "convnextv2", "cvt", "deberta-v2", "deit", "dinov2"),
    *("distilbert", "dpt", "electra", "falcon", "gemma", "gpt2", "gpt_neo", "gpt_neox"),
    *("gptj", "levit", "llama", "mamba", "mistral", "mixtral", "mobilevit", "mpnet", "opt"),
    *("phi", "poolformer", "qwen2", "resnet", "roberta", "segformer", "swin", "t5", "vit"),
    *("wav2vec2", "whisper"),
)
"""Types of configurations: families that many papers use."""

SMP = (
    *("Unet", "UnetPlusPlus", "MAnet", "Linknet", "FPN", "PSPNet", "PAN", "DeepLabV3"),
    *("DeepLabV3Plus", "UPerNet", "Segformer", "DPT"),
)

IDS = 32
"""The number of tokens that text models read."""

SHORT = 4
"""The number of layers of large language models, whose layers are all alike."""


def list_names(family: str) -> list[str]:
    """Return the names of the models of a family."""
    return FAMILIES[family][0]()


def make_model(family: str, name: str) -> tuple[Any, Example]:
    """Return a model and an example of its inputs; None where net2fig is to choose them."""
    import torch

    build = FAMILIES[family][1]
    try:
        with torch.device("meta"):
            return build(name)
    except Exception:  # noqa: BLE001  (some constructors compute with values)
        return build(name)


def list_torchvision() -> list[str]:
    """Return the constructors of torchvision."""
    from torchvision.models import list_models

    return [name for name in list_models() if not name.startswith("quantized_")]


def make_torchvision(name: str) -> tuple[Any, Example]:
    """Return a model of torchvision."""
    import inspect

    from torchvision.models import get_model, get_model_builder

    words: dict[str, Any] = {"weights": None}
    parameters = inspect.signature(get_model_builder(name)).parameters
    if "weights_backbone" in parameters:
        words["weights_backbone"] = None
    return get_model(name, **words), None


def list_timm() -> list[str]:
    """Return the models of timm."""
    from timm import list_models

    return list(list_models())


def make_timm(name: str) -> tuple[Any, Example]:
    """Return a model of timm."""
    import timm

    return timm.create_model(name, pretrained=False), None


def make_transformers(name: str) -> tuple[Any, Example]:
    """Return a model of transformers from the configuration of its type."""
    from transformers import AutoConfig, AutoModel

    config = AutoConfig.for_model(name)
    for word in ("num_hidden_layers", "n_layer", "num_layers"):
        if (getattr(config, "hidden_size", None) or 0) > 2000 and hasattr(config, word):
            setattr(config, word, SHORT)
    model = AutoModel.from_config(config)
    return model, make_example(model, config)


def make_example(model: Any, config: Any) -> Example:
    """Return tokens, images or sounds, by what the model says that it reads."""
    import torch

    ids = torch.zeros(2, IDS, dtype=torch.long)
    main = model.main_input_name
    if main == "input_values":
        bins = getattr(config, "num_mel_bins", None)
        shape = (2, config.max_length, bins) if bins else (2, 16000)
        return {main: torch.zeros(shape)}
    if main == "input_features":
        sound = torch.zeros(2, config.num_mel_bins, 2 * config.max_source_positions)
        return {main: sound, "decoder_input_ids": ids}
    if main == "pixel_values":
        return None
    if config.model_type == "clip":
        size = config.vision_config.image_size
        return {"input_ids": ids, "pixel_values": torch.zeros(2, 3, size, size)}
    both = {"decoder_input_ids": ids} if config.is_encoder_decoder else {}
    return {"input_ids": ids, **both}


def make_smp(name: str) -> tuple[Any, Example]:
    """Return a model of segmentation_models_pytorch."""
    import segmentation_models_pytorch as smp
    import torch

    words = {"encoder_name": "tu-vit_base_patch16_224.augreg_in21k"} if name == "DPT" else {}
    size = 224 if name == "DPT" else 256
    module = getattr(smp, name)(encoder_weights=None, **words)
    return module, (torch.zeros(2, 3, size, size),)


def make_diffusers(name: str) -> tuple[Any, Example]:
    """Return a model of diffusers, small where its defaults are for one size of images."""
    import diffusers
    import torch

    words, shapes = DIFFUSERS[name]
    whole = {"timestep": (2,), "class_labels": (2,)}
    example = {
        word: torch.zeros(shape, dtype=torch.long if word in whole else torch.float32)
        for word, shape in shapes.items()
    }
    return getattr(diffusers, name)(**words), example


TEXT = (2, 16, 64)

DIFFUSERS: Mapping[str, tuple[dict[str, Any], dict[str, tuple[int, ...]]]] = {
    "UNet2DModel": ({"sample_size": 64}, {"sample": (2, 3, 64, 64), "timestep": (2,)}),
    "UNet2DConditionModel": (
        {"cross_attention_dim": 64},
        {"sample": (2, 4, 64, 64), "timestep": (2,), "encoder_hidden_states": TEXT},
    ),
    "AutoencoderKL": ({}, {"sample": (2, 3, 64, 64)}),
    "AutoencoderTiny": ({}, {"sample": (2, 3, 64, 64)}),
    "VQModel": ({}, {"sample": (2, 3, 64, 64)}),
    "ControlNetModel": (
        {"cross_attention_dim": 64},
        {
            "sample": (2, 4, 64, 64),
            "timestep": (2,),
            "encoder_hidden_states": TEXT,
            "controlnet_cond": (2, 3, 512, 512),
        },
    ),
    "DiTTransformer2DModel": (
        {"num_layers": 4},
        {"hidden_states": (2, 4, 32, 32), "timestep": (2,), "class_labels": (2,)},
    ),
    "PixArtTransformer2DModel": (
        {"num_layers": 4, "caption_channels": 64, "sample_size": 32},
        {"hidden_states": (2, 4, 32, 32), "encoder_hidden_states": TEXT, "timestep": (2,)},
    ),
    "SD3Transformer2DModel": (
        {"num_layers": 4, "joint_attention_dim": 64, "sample_size": 32},
        {
            "hidden_states": (2, 16, 32, 32),
            "encoder_hidden_states": TEXT,
            "pooled_projections": (2, 2048),
            "timestep": (2,),
        },
    ),
    "PriorTransformer": (
        {"num_layers": 4, "num_embeddings": 15},
        {
            "hidden_states": (2, 768),
            "timestep": (2,),
            "proj_embedding": (2, 768),
            "encoder_hidden_states": (2, 15, 768),
        },
    ),
    "UNet3DConditionModel": (
        {"cross_attention_dim": 64},
        {"sample": (2, 4, 4, 32, 32), "timestep": (2,), "encoder_hidden_states": TEXT},
    ),
}
"""Classes of diffusers: arguments, and the shapes of their inputs."""

FAMILIES: Mapping[str, tuple[Callable[[], list[str]], Callable[[str], tuple[Any, Example]]]] = {
    "torchvision": (list_torchvision, make_torchvision),
    "timm": (list_timm, make_timm),
    "transformers": (lambda: list(TRANSFORMERS), make_transformers),
    "smp": (lambda: list(SMP), make_smp),
    "diffusers": (lambda: list(DIFFUSERS), make_diffusers),
}
