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
    ],
)
def test_find_garbling_returns_reason_only_for_garbled_text(text: str, unmapped: int, reason: str) -> None:
    assert find_garbling(text, unmapped) == reason
