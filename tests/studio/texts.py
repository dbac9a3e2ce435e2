"""Grouping files to be edited: written by hand, in every form that TOML has for a table."""

PLAIN = """\
#:schema ./net2fig.schema.json
# The figure of the paper.

width = "3.25in"   # one column
#detail = "auto"

# What is left out.
hide = ["Dropout", ":norm"]  # not of interest

[labels]
kernel = true            # Whether the kernel is printed.
#stride = false          # Whether a stride is printed.

[style]
# The first convolution.
Conv2D = { label = "Conv", color = "conv" }   # as in the text
Dense.color = "#aabbcc"

# An encoder.
[[group]]
name = "Block"
match = "Conv2D > Conv2D"
color = "accent-1"   # green

# A decoder,
# in two lines.
[[group]]
name = "Up block"
match = "UpSampling2D > Block"

# Pictures.
[sample]
image = "cat.png"
"""

NESTED = """\
# top

page.glyph.height = [9, 40]
page.space.gap = [6.0, 12.0] # tight
labels = { kernel = true }
hide = [
    "Dropout",   # training only
    "Flatten",
    # and these
    ":activation"
]
group = [
    { name = "A", match = "Conv2D > Conv2D" },  # first
    { name = 'B "b"', match = ["A > Add", '''(A | .) > Add'''] },
]

[style.Conv2D]
label = \"\"\"
Con # no comment
\"\"\"
color = "conv"

[style."Up block"]   # quoted
color = 'up'
# the end"""

WINDOWS = "# a comment\r\nmono = true\r\n\r\n[labels] # labels\r\nname = true\r\n"

EMPTY = ""

COMMENTS = "# Only a comment.\n\n# And another.\n"

HEADER_FIRST = "# About labels.\n[labels]\nname = true\n[page.glyph]\nborder = 1.5\n"

ALL = {
    "plain": PLAIN,
    "nested": NESTED,
    "windows": WINDOWS,
    "empty": EMPTY,
    "comments": COMMENTS,
    "header first": HEADER_FIRST,
}
