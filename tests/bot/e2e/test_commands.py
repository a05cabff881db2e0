"""The commands as Discord is told of them: names, descriptions and options in every language."""

from tests.bot.fakes import serving


async def test_commands_sync_names_descriptions_and_options_are_localized(engine):
    async with serving(engine) as (fake, _, _):
        named = {each["name"]: each for each in fake.commands if each["type"] == 1}
        assert {name: each["name_localizations"]["zh-TW"] for name, each in named.items()} == {
            "ask": "問報告",
            "overview": "重點",
            "contents": "目錄",
            "agenda": "議程",
            "session": "場次",
            "speaker": "講者",
            "people": "人物",
            "settings": "設定",
            "privacy": "隱私",
            "gaps": "待補問題",
            "status": "狀態",
            "help": "說明",
            "about": "關於",
            "reports": "報告",
        }
        assert {name: each["name_localizations"]["ja"] for name, each in named.items()} == {
            "ask": "質問",
            "overview": "要点",
            "contents": "目次",
            "agenda": "日程",
            "session": "セッション",
            "speaker": "登壇者",
            "people": "人物",
            "settings": "設定",
            "privacy": "プライバシー",
            "gaps": "報告された質問",
            "status": "ステータス",
            "help": "ヘルプ",
            "about": "概要",
            "reports": "レポート",
        }
        assert {each["description_localizations"]["zh-TW"] for each in named.values()} >= {
            "報告提到的每個人，可依單位、國家或場次篩選"
        }
        shown = {
            name: [(o["name"], o["name_localizations"]["zh-TW"], o.get("autocomplete", False)) for o in each["options"]]
            for name, each in named.items()
        }
        assert shown["agenda"] == [("day", "日期", True)]
        assert shown["session"] == [("name", "名稱", True)]
        assert shown["speaker"] == [("name", "名稱", True)]
        assert shown["people"] == [
            ("organisation", "單位", True),
            ("country", "國家", False),
            ("session", "場次", True),
        ]
        assert shown["ask"][2:] == [
            ("session", "場次", True),
            ("speaker", "講者", True),
            ("day", "日期", True),
            ("section", "章節", True),
            ("report", "報告", True),
        ]
