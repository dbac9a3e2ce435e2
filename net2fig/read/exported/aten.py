"""The names of PyTorch's functions in exported programs, as the code calls them."""

from __future__ import annotations

PREFIXES = ("torch.ops.", "aten.", "_operator.")

OPERATORS = "torch.ops."
"""Before the package of an operator, which is that of PyTorch itself or of another library."""

SAME: dict[str, str] = {
    "native_batch_norm_legit_no_training": "batch_norm",
    "native_batch_norm_legit": "batch_norm",
    "native_batch_norm": "batch_norm",
    "cudnn_batch_norm": "batch_norm",
    "native_layer_norm": "layer_norm",
    "native_group_norm": "group_norm",
    "native_dropout": "dropout",
    "convolution": "conv",
    "slice": "getitem",
    "select": "getitem",
    "index": "getitem",
    "scaled_dot_product_flash_attention_for_cpu": "scaled_dot_product_attention",
    "scaled_dot_product_flash_attention": "scaled_dot_product_attention",
    "scaled_dot_product_efficient_attention": "scaled_dot_product_attention",
    "fused_rms_norm": "rms_norm",
    "split_with_sizes": "split",
    "unsafe_split": "split",
    "unsafe_view": "view",
    "upsample_nearest1d": "interpolate",
    "upsample_nearest2d": "interpolate",
    "upsample_nearest3d": "interpolate",
    "upsample_bilinear2d": "interpolate",
    "upsample_bicubic2d": "interpolate",
    "upsample_linear1d": "interpolate",
    "upsample_trilinear3d": "interpolate",
    "to_copy": "to",
    "lift_fresh_copy": "lift_fresh",
    "alias_copy": "alias",
    "softmax_copy": "softmax",
    "grid_sampler_2d": "grid_sample",
    "grid_sampler": "grid_sample",
    "constant_pad_nd": "pad",
    "numpy_T": "get:T",
    "matmul_default": "matmul",
    "truediv": "div",
    "floordiv": "floor_divide",
}
"""Names in programs that code does not use."""


def name_function(target: str) -> str:
    """Return the function of a call: without its package, its overload, and marks.


    >>> name_function("torch.ops.aten.add_.Tensor"), name_function("aten.select.int")
    ('add', 'getitem')
    >>> name_function("torch.ops.torchvision.nms.default")
    'nms'
    """
    if target.startswith(OPERATORS) and target.count(".") > OPERATORS.count("."):
        target = target.removeprefix(OPERATORS).partition(".")[2]
    for prefix in PREFIXES:
        target = target.removeprefix(prefix)
    name = target.partition(".")[0]
    name = name.strip("_") or name
    return SAME.get(name, name)
