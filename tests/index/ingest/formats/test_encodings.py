"""Encodings that reports are saved in, and how garbled text shows."""

import pytest

from index.ingest.formats.encodings import decode_text, describe_garbling

TRADITIONAL = "燈塔每晚燃油四十公升，管理員請求在三二年以前換成電燈，以節省開支並保護海鳥。"
SIMPLIFIED = "灯塔每晚燃油四十公升，管理员请求在三二年以前换成电灯，以节省开支并保护海鸟。"
JAPANESE = "灯台は毎晩四十リットルの油を燃やすので、灯台守は電灯に替えることを求めています。"
KOREAN = "등대는 매일 밤 기름 사십 리터를 태우므로, 등대지기는 전등으로 바꾸기를 바랍니다."
ENGLISH = "The lighthouse burns 40 litres a night — “too much”, says the café’s keeper."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((TRADITIONAL, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "big5", "cp950", "gb18030")),
        *((SIMPLIFIED, encoding) for encoding in ("gbk", "gb2312", "gb18030", "utf-16")),
        *((JAPANESE, encoding) for encoding in ("shift_jis", "cp932", "euc_jp", "iso2022_jp", "utf-16")),
        (KOREAN, "euc_kr"),
        *((ENGLISH, encoding) for encoding in ("cp1252", "utf-16", "utf-16-le", "utf-16-be")),
        ("燈塔年報 2030", "big5"),
    ],
)
def test_decode_text_common_encodings_are_detected(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == text


def test_decode_text_characters_of_windows_after_the_sample_are_decoded() -> None:
    text = f"{TRADITIONAL}\n" * 4000 + "碁銹裏墻恒粧嫺"
    assert decode_text(text.encode("cp950")) == text


def test_decode_text_unknown_bytes_raise_unicode_error() -> None:
    with pytest.raises(UnicodeError):
        decode_text(b"\xff\xff\xff")


@pytest.mark.parametrize(
    "text",
    [
        TRADITIONAL,
        SIMPLIFIED,
        JAPANESE,
        KOREAN,
        ENGLISH,
        "",
        "\ufffd",
        f"燈塔年報 Σ Ж {TRADITIONAL}",
        f"{TRADITIONAL}\nМаяк сжигает сорок литров масла каждую ночь.\nالمنارة",
        f"\uf0b7 {TRADITIONAL}\n\uf0b7 {TRADITIONAL}",
        "café à côté, naïve, Über, ça",
    ],
)
def test_describe_garbling_legible_text_returns_none(text: str) -> None:
    assert describe_garbling(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("燈塔\ufffd" * 10, "10 of 30 characters are lost (U+FFFD)"),
        (
            "".join(map(chr, range(0xE100, 0xE120))),
            "32 of 32 characters are of private use, so only its own font shows them",
        ),
        ("\x01\x02燈塔每晚燃油四十公升管理員請求換電燈", "2 of 20 characters are control characters or of no meaning"),
        ("ตԸ䤠թՅҀԹตԸ䤠թՅҀԹ" * 3, "42 of 42 characters are in words that mix scripts"),
        (
            "the cafÃ© of the lighthouse, and the naÃ¯ve keeper’s dÃ©cor",
            "3 pairs of characters are single ones in UTF-8, which was read as another encoding",
        ),
    ],
)
def test_describe_garbling_wrong_characters_return_problem(text: str, problem: str) -> None:
    assert describe_garbling(text) == problem
