"""Garbled text is told from text of any language."""

import pytest

from index.ingest.legibility import find_garbling

# Letters of a font that counts from 29 lower, as PDFs without a table of characters give them.
SHIFTED = "".join(c if c == " " else chr(ord(c) - 29) for c in "ships wait at sea until the pilot answers")


@pytest.mark.parametrize(
    ("text", "unmapped", "reason"),
    [
        ("Ships wait at sea until the pilot has answered, see the C++ file C:\\a at https://example.org/~a", 0, ""),
        ("船舶進港前應先通知引水人。\uf0b7 燈塔", 0, ""),
        ("НАТО и ЕС. Суда ждут лоцмана в море. Δt = 3 μm", 0, ""),
        ("GSA OMB DHS FBI NSF NPS FCC", 0, ""),
        (SHIFTED, 0, "only 9% of its letters are vowels"),
        ("Pen¯åQt Ships wa`t H~gh s|de", 0, "words such as “Pen¯åQt” mix scripts or signs"),
        ("Ships wait \ufffd\ue000 at sea", 0, "2 of 16 characters have no meaning"),
        ("Ships wait at sea", 3, "3 of 14 characters have no meaning"),
        ("Shiрs wаit аt seа untiл thе рilоt", 0, "words such as “Shiрs” mix scripts or signs"),
        ("", 0, ""),
        ("\ufffd", 0, ""),
        ("燈塔每晚燃油四十公升，管理員請求在三二年以前換成電燈", 0, ""),
        ("灯台は毎晩四十リットルの油を燃やすので、灯台守は電灯に替えることを求めています。PDFファイル", 0, ""),
        ("등대는 매일 밤 기름 사십 리터를 태우므로, 등대지기는 전등으로 바꾸기를 바랍니다.", 0, ""),
        ("The lighthouse burns 40 litres a night — “too much”, says the café’s keeper.", 0, ""),
        ("燈塔年報 Σ Ж 燈塔每晚燃油四十公升\nМаяк сжигает сорок литров.\nالمنارة", 0, ""),
        ("\uf0b7 燈塔每晚燃油\n\uf0b7 四十公升", 0, ""),
        ("café à côté, naïve, Über, ça", 0, ""),
        ("燈塔\ufffd" * 10, 0, "10 of 30 characters have no meaning"),
        ("".join(map(chr, range(0xE100, 0xE120))), 0, "32 of 32 characters have no meaning"),
        ("\x01\x02燈塔每晚燃油四十公升管理員請求換電燈", 0, "2 of 20 characters have no meaning"),
        ("ตԸ䤠թՅҀԹตԸ䤠թՅҀԹ" * 3, 0, "words such as “ตԸ䤠թՅҀԹตԸ䤠թՅҀԹตԸ䤠թՅҀ” mix scripts or signs"),
        (
            "the cafÃ© of the lighthouse, and the naÃ¯ve keeper’s dÃ©cor",
            0,
            "3 pairs of characters are single ones in UTF-8, which was read as another encoding",
        ),
    ],
)
def test_find_garbling_returns_reason_only_for_garbled_text(text: str, unmapped: int, reason: str) -> None:
    assert find_garbling(text, unmapped) == reason
