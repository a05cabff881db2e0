"""The pictures of links, and the fonts in which their words are drawn."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from index.errors import PublishError
from index.site import fonts, preview_cards
from index.site.fonts import default_font, find_font
from index.site.preview_cards import BAR, PAPER, SIZE, CardText, draw_card, report_colour

BLUE = (20, 60, 200)
TEXT = "The lighthouse burns 40 litres of oil each night. She asked for an electric lamp by 2032."
WORDS = CardText("Autumn lecture", TEXT, "Report · p. 2")
CHINESE = find_font("協會每年六月清點救生艇")
FONT = default_font(24)


def opened(card: bytes) -> Image.Image:
    image = Image.open(BytesIO(card))
    assert (image.format, image.size) == ("PNG", SIZE)
    return image.convert("RGB")


def inked(image: Image.Image) -> tuple[int, int, int, int]:
    """The box around what is drawn on the paper, beside the stripe."""
    marks = image.crop((BAR + 2, 0, *SIZE)).convert("L").point(lambda value: 255 if value < 240 else 0).getbbox()
    assert marks is not None
    return marks


def test_draw_card_has_words_on_paper_beside_stripe_in_colour_of_report() -> None:
    card = draw_card(WORDS, default_font, BLUE)
    image = opened(card)
    assert image.getpixel((3, 300)) == BLUE
    assert image.getpixel((BAR + 20, 10)) == PAPER
    assert len(image.getcolors(100) or []) == 8
    assert len(card) < 20_000


def test_draw_card_words_lie_within_margins() -> None:
    for text in ("x", TEXT, TEXT * 9, "W" * 900):
        left, top, right, bottom = inked(opened(draw_card(CardText("A" * 400, text, "B" * 400), default_font, BLUE)))
        assert left >= 40
        assert top >= preview_cards.TOP
        assert right <= SIZE[0] - BAR - 30
        assert bottom <= SIZE[1] - 30


def test_draw_card_same_words_give_same_file_and_others_another() -> None:
    card = draw_card(WORDS, default_font, BLUE)
    assert card == draw_card(WORDS, default_font, BLUE)
    assert card != draw_card(CardText("Autumn lecture", "Another text.", "Report · p. 2"), default_font, BLUE)


@pytest.mark.parametrize(("words", "font"), [(None, default_font), (WORDS, None)])
def test_draw_card_without_words_or_font_is_colour_of_report_alone(words: CardText | None, font: None) -> None:
    card = draw_card(words, font, BLUE)
    assert opened(card).getcolors() == [(SIZE[0] * SIZE[1], BLUE)]
    assert len(card) < 2_000


@pytest.mark.skipif(CHINESE is None, reason="no font with Chinese characters on this machine")
def test_draw_card_chinese_words_are_drawn() -> None:
    text = "協會每年六月清點救生艇，冬天修補纜繩。"
    left, _, right, _ = inked(opened(draw_card(CardText("", text, ""), CHINESE, BLUE)))
    assert right - left > 600


def test_report_colour_depends_on_name_and_is_dark_enough_for_a_page() -> None:
    colours = {report_colour(f"report-{n}") for n in range(40)}
    assert len(colours) > 20
    assert report_colour("report-1") == report_colour("report-1")
    assert all(min(colour) < 150 for colour in colours)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 90, ["one two", "three"]),
        ("one\ntwo", 900, ["one", "two"]),
        ("", 900, [""]),
        ("a b", 1, ["a", "b"]),
        ("燈，塔。年", 30, ["燈，", "塔。", "年"]),
    ],
)
def test_wrapped_breaks_at_spaces_or_ideographs(text: str, width: int, lines: list[str]) -> None:
    assert preview_cards.wrapped(text, FONT, width) == lines


@given(st.text(st.sampled_from("ab ,。燈塔\nW-"), max_size=60), st.integers(30, 400))
@settings(max_examples=60)
def test_wrapped_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = preview_cards.wrapped(text, FONT, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        # Closing marks may stand in the margin.
        inner = line.rstrip("".join(preview_cards.CLOSING))
        assert preview_cards.text_width(inner, FONT) <= width or len(inner) == 1


@given(st.text(st.sampled_from("aW燈…"), max_size=30), st.integers(20, 300))
@settings(max_examples=60)
def test_shortened_fits_and_ends_with_an_ellipsis_if_cut(text: str, width: int) -> None:
    short = preview_cards.shortened(text, FONT, width)
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
    assert preview_cards.text_width(short, FONT) <= max(width, preview_cards.text_width("…", FONT))


def test_find_font_latin_text_takes_the_font_of_the_library() -> None:
    assert find_font("Report of the Harbour Board, 2030", ()) is default_font


def test_find_font_chinese_text_without_fonts_on_the_machine_finds_none(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    (tmp_path / "letter.txt").write_text("燈塔")
    assert find_font("燈塔年報", [tmp_path, tmp_path / "missing"]) is None


@pytest.mark.skipif(CHINESE is None, reason="no font with Chinese characters on this machine")
def test_find_font_chinese_text_takes_a_font_that_has_its_characters() -> None:
    maker = find_font("燈塔年報")
    assert maker is not None
    assert fonts.has_characters(maker(20), "燈塔年報")
    assert not fonts.has_characters(default_font(20), "燈塔年報")
    assert maker(20).size == 20


def test_frequent_characters_leaves_out_rare_ones_and_spaces() -> None:
    common = "".join(map(chr, range(0x4E00, 0x4E00 + fonts.SAMPLE)))
    assert fonts.frequent_characters(f"\u2028\n {common}{common}龘") == common


def test_open_font_no_font_raises_publish_error(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    for name in ("broken.ttf", "missing.ttf"):
        with pytest.raises(PublishError, match=r"ttf: is no font that can be read; name one of \.otf, \.ttc, \.ttf"):
            fonts.open_font(tmp_path / name)


def test_font_files_known_families_and_regular_weights_come_first(tmp_path: Path) -> None:
    names = ["Zed.ttf", "NotoSansCJK-Bold.ttc", "deep/NotoSansCJK-Regular.TTC", "Another.otf", "wqy-zenhei.ttc", "x.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in fonts.font_files([tmp_path])] == [
        "NotoSansCJK-Regular.TTC",
        "NotoSansCJK-Bold.ttc",
        "wqy-zenhei.ttc",
        "Another.otf",
        "Zed.ttf",
    ]
