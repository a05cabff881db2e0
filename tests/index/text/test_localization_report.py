"""The language of a report: stated, recognised as English, or unknown."""

import pytest

from index.text.localization import language_of_report

ENGLISH = "The board of the harbour met twice, and the members voted for the plan that was on the table. " * 6
SPANISH = "La junta del puerto se reunió dos veces, y los miembros votaron a favor del plan que estaba en la mesa. " * 6
KOREAN = "항만 위원회는 두 번 모였고 위원들은 상정된 계획에 찬성표를 던졌다. 그 계획은 내년에 시작된다. " * 12
CHINESE = "協會每年六月清點救生艇，冬天修補纜繩。" * 30


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        (ENGLISH, "en", "en"),
        (SPANISH, "en", "und"),
        (KOREAN, "en", "und"),
        (CHINESE, "en", "zh"),
        (SPANISH, "es", "es"),
        (CHINESE, "zh-Hant", "zh-Hant"),
        ("Buenos días.", "en", "en"),
        ("", "en", "en"),
    ],
)
def test_language_of_report_unstated_and_not_english_is_undetermined(text: str, stated: str, language: str) -> None:
    assert language_of_report(text, stated) == language
