"""Find a font for the words in preview pictures among those of this machine; none is downloaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from PIL import ImageFont

from index.errors import PublishError

FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
SUFFIXES = (".otf", ".ttc", ".ttf")
# Sans-serif fonts of Chinese that systems have, by the beginning of the file's name; any other one comes after them.
FAMILIES = (
    "notosanscjk",
    "notosanstc",
    "sourcehansans",
    "pingfang",
    "msjh",
    "stheiti",
    "hiragino",
    "wqy",
    "droidsansfallback",
)
TRADITIONAL = "TC"  # in the name of a face of a collection
SAMPLE = 200  # most frequent characters of a report that a font must have
FACES = 16  # of a collection that are looked at
MISSING = "\U0010fffe"  # no character, so that every font draws its mark for a missing one

Font = ImageFont.FreeTypeFont
FontMaker = Callable[[int], Font]  # from the size in pixels


def find_font(text: str, folders: Iterable[str | Path] = FOLDERS) -> FontMaker | None:
    """Return the first font that has the most frequent characters of a text, or None.

    The font that Pillow contains, which has Latin letters, comes first.

    :param folders: Where fonts are looked for, subfolders included.
    """
    sample = frequent_characters(text)
    if has_characters(default_font(20), sample):
        return default_font
    return next((maker for file in font_files(folders) if (maker := usable_face(file, sample))), None)


def open_font(file: Path) -> FontMaker:
    """Return the font of a file.

    :raises PublishError: If it is none.
    """
    if maker := usable_face(file, ""):
        return maker
    raise PublishError(f"{file}: is no font that can be read; name one of {', '.join(SUFFIXES)}")


def default_font(size: int) -> Font:
    """Return the font that Pillow contains."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise PublishError("Pillow was built without FreeType; install its wheel")
    return font


def frequent_characters(text: str) -> str:
    """Return the most frequent characters of a text that fonts draw."""
    counts = Counter(character for character in text if character.isprintable() and not character.isspace())
    return "".join(character for character, _ in counts.most_common(SAMPLE))


def font_files(folders: Iterable[str | Path]) -> Iterator[Path]:
    """Yield the font files in folders, those of known families first, regular weights before others."""
    found = {path for folder in folders for path in Path(folder).expanduser().rglob("*") if path.suffix.lower() in SUFFIXES}

    def rank(path: Path) -> tuple[int, bool, str]:
        name = path.stem.lower()
        family = next((n for n, known in enumerate(FAMILIES) if name.startswith(known)), len(FAMILIES))
        return family, "regular" not in name, str(path)

    yield from sorted(found, key=rank)


def usable_face(file: Path, sample: str) -> FontMaker | None:
    """Return the face of a font file for Traditional Chinese, else the first one, or None if it lacks characters."""
    faces: list[tuple[int, Font]] = []
    for number in range(FACES):
        try:
            faces.append((number, ImageFont.truetype(str(file), 20, index=number)))
        except OSError:
            break
    fitting = [(number, font) for number, font in faces if has_characters(font, sample)]
    if not fitting:
        return None
    chosen = next((number for number, font in fitting if TRADITIONAL in str(font.getname()[0]).split()), fitting[0][0])
    return lambda size: ImageFont.truetype(str(file), size, index=chosen)


def has_characters(font: Font, characters: Sequence[str]) -> bool:
    """Return whether a font has every one of some characters."""
    missing = glyph(font, MISSING)
    return all(glyph(font, character) != missing for character in characters)


def glyph(font: Font, character: str) -> tuple[float, bytes]:
    """Return what a font draws for a character: its width and pixels."""
    return font.getlength(character), bytes(font.getmask(character))
