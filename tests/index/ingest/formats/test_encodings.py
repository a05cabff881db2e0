"""Encodings that reports are saved in."""

import pytest

from index.ingest.formats.encodings import decode_text

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
