r"""Text for TeX: whatever a name holds, it is set as it reads and never obeyed.

Ensures: what is returned holds printable ASCII only, on one line, with balanced braces; its
commands are TeX's own and those of `DEFINITIONS`. So it does not depend on the encoding of the
paper's source, and pdflatex, lualatex and xelatex set the same.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from net2fig.fonts.metrics import printable

TIMES: Final = r"\nettofigtimes"
FALLBACK: Final = r"\nettofigchar"
DEFINITIONS: Final = {
    # The sign of the font, where it has one that is not a bitmap, as Computer Modern's is. Where
    # that is missing or wide, the sign of mathematics, made smaller, as suits a label.
    TIMES: r"""\def\nettofigcmr{}\let\nettofigcmss\nettofigcmr
\ifdefined\Umathcode
\def\nettofigown{\iffontchar\font"D7\relax\char"D7\relax\else\kern1em\fi}%
\else
\def\nettofigown{\ifcsname nettofig\csname f@family\endcsname\endcsname\kern1em\else
  \IfFileExists{ts1\csname f@family\endcsname.fd}{\texttimes}{\kern1em}\fi}%
\fi
\def\nettofigtimes{\setbox2=\hbox{\nettofigown}\ifdim\wd2<.65em\box2\else
  \hbox to.6em{\hss\raise.05em\hbox{\scalebox{.8}{\ensuremath{\times}}}\hss}\fi}%""",
    FALLBACK: r"""\def\nettofigbox{\vrule\vbox to.7em{\hrule width.5em\vfil\hrule}\vrule}%
\ifdefined\Umathcode
\def\nettofigchar#1{\iffontchar\font"#1\relax\char"#1\relax\else\nettofigbox\fi}%
\else\def\nettofigchar#1{\nettofigbox}\fi""",
}
"""The commands that TeX does not know, as they are to be defined where they are used.

The last stands for a character that has no command, and takes its number, in hexadecimal: where the
engine knows Unicode and the font has it, it is set; else, as ever in pdflatex, an empty box.
"""

ASCII: Final = {
    "#": r"\#",
    "$": r"\ensuremath{\mathdollar}",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\ensuremath{\grave{\ }}",
    # The fonts of text have these in some encodings, the fonts of mathematics always.
    "\\": r"\ensuremath{\backslash}",
    "{": r"\ensuremath{\lbrace}",
    "}": r"\ensuremath{\rbrace}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "|": r"\ensuremath{\vert}",
}
"""The characters of ASCII that TeX would obey, or set as another."""

SPACES: Final = {
    "\N{NO-BREAK SPACE}": r"\nobreakspace{}",
    "\N{THIN SPACE}": r"\thinspace{}",
    "\N{NARROW NO-BREAK SPACE}": r"\thinspace{}",
    "\N{HAIR SPACE}": r"\kern.1em\relax{}",
    "\N{EN SPACE}": r"\enspace{}",
    "\N{EM SPACE}": r"\quad{}",
}

LETTERS: Final = {
    "ß": r"\ss{}",
    "æ": r"\ae{}",
    "Æ": r"\AE{}",
    "œ": r"\oe{}",
    "Œ": r"\OE{}",
    "ø": r"\o{}",
    "Ø": r"\O{}",
    "ł": r"\l{}",
    "Ł": r"\L{}",
    "ı": r"\i{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "…": r"\textellipsis{}",
    "¿": r"\textquestiondown{}",
    "¡": r"\textexclamdown{}",
}
"""Characters that text fonts have in every encoding."""

SIGNS: Final = {
    "−": "-",
    "÷": r"\div",
    "±": r"\pm",
    "·": r"\cdot",
    "∙": r"\cdot",
    "•": r"\bullet",
    "∗": r"\ast",
    "∘": r"\circ",
    "⊕": r"\oplus",
    "⊖": r"\ominus",
    "⊗": r"\otimes",
    "⊙": r"\odot",
    "→": r"\rightarrow",
    "←": r"\leftarrow",
    "↔": r"\leftrightarrow",
    "↑": r"\uparrow",
    "↓": r"\downarrow",
    "↕": r"\updownarrow",
    "↗": r"\nearrow",
    "↘": r"\searrow",
    "⇒": r"\Rightarrow",
    "≤": r"\leq",
    "≥": r"\geq",
    "≠": r"\neq",
    "≈": r"\approx",
    "≡": r"\equiv",
    "∼": r"\sim",
    "∞": r"\infty",
    "∅": r"\emptyset",
    "∈": r"\in",
    "∑": r"\Sigma",
    "∏": r"\Pi",
    "√": r"\surd",
    "∂": r"\partial",
    "∇": r"\nabla",
    "†": r"\dagger",
    "‡": r"\ddagger",
    "§": r"\mathsection",
    "¶": r"\mathparagraph",
    "¬": r"\neg",
    "′": r"\sp{\prime}",
    "µ": r"\mu",
    "ℓ": r"\ell",
}
"""Characters that fonts of mathematics have."""

GREEK_NAMES: Final = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau"
    " upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
GREEK: Final = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", GREEK_NAMES.split(), strict=True))
"""The letters that no Latin letter looks like."""

RAISED: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n", strict=True))
LOWERED: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-", strict=True))

ACCENTS: Final = {
    "\N{COMBINING GRAVE ACCENT}": r"\`",
    "\N{COMBINING ACUTE ACCENT}": r"\'",
    "\N{COMBINING CIRCUMFLEX ACCENT}": r"\^",
    "\N{COMBINING TILDE}": r"\~",
    "\N{COMBINING MACRON}": r"\=",
    "\N{COMBINING BREVE}": r"\u",
    "\N{COMBINING DOT ABOVE}": r"\.",
    "\N{COMBINING DIAERESIS}": r"\"",
    "\N{COMBINING RING ABOVE}": r"\r",
    "\N{COMBINING DOUBLE ACUTE ACCENT}": r"\H",
    "\N{COMBINING CARON}": r"\v",
    "\N{COMBINING CEDILLA}": r"\c",
    "\N{COMBINING DOT BELOW}": r"\d",
}
"""The commands that set a mark over or under a letter."""

UNDER: Final = (r"\c", r"\d")


MATHEMATICS: Final = (
    SIGNS
    | {letter: rf"\{name}" for letter, name in GREEK.items()}
    | {sign: rf"\sp{{{digit}}}" for sign, digit in RAISED.items()}
    | {sign: rf"\sb{{{digit}}}" for sign, digit in LOWERED.items()}
    | {"°": r"\sp{\circ}"}
)
TABLE: Final = (
    {"×": rf"{TIMES}{{}}"}
    | ASCII
    | SPACES
    | LETTERS
    | {sign: rf"\ensuremath{{{command}}}" for sign, command in MATHEMATICS.items()}
)

SPELT: Final = str.maketrans({"×": "x", "→": "->", "−": "-", "–": "-", "—": "-", "…": "..."})
"""Signs in comments, where nothing is set."""


def escape_tex(string: str) -> str:
    r"""Return the string as TeX sets it.

    >>> escape_tex("conv_1 (3×3)")
    'conv\\_1 (3\\nettofigtimes{}3)'
    """
    plain = unicodedata.normalize("NFC", printable(string))
    text = "".join(map(_escape_char, plain))
    # What stands together here would be set as one sign: a dash, a quotation mark. An empty group
    # would not part them in lualatex.
    text = re.sub(r"([-',])(?=\1)", r"\1\\kern0pt ", text)
    # TeX sets several spaces as one, and none at the ends.
    return re.sub(r"(?<=[^\\] ) |^ | $", lambda _: r"\ ", text)


def escape_comment(string: str) -> str:
    """Return the string as it may stand behind a percent sign: one line of ASCII.

    >>> escape_comment("3×3 → é %")
    '3x3 -> e %'
    """
    plain = unicodedata.normalize("NFKD", printable(string).translate(SPELT))
    return (
        "".join(char for char in plain if not unicodedata.combining(char))
        .encode("ascii", "replace")
        .decode()
    )


def _escape_char(char: str) -> str:
    if char in TABLE:
        return TABLE[char]
    if char.isascii():
        return char
    parts = unicodedata.normalize("NFD", char)
    if len(parts) == 2 and parts[0].isascii() and parts[1] in ACCENTS:
        return _accent(parts[0], ACCENTS[parts[1]])
    return rf"{FALLBACK}{{{ord(char):X}}}"


def _accent(letter: str, command: str) -> str:
    # A mark over an i takes the place of its dot.
    dotless = letter in "ij" and command not in UNDER
    return rf"{command}{{\{letter}}}" if dotless else rf"{command}{{{letter}}}"
