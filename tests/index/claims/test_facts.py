"""What a claim says otherwise than sentences, and what they do not say."""

import pytest

from index.claims.facts import Difference, FactCheck, compare_facts


def differs(said: str, report: str, kind: str) -> FactCheck:
    return FactCheck((Difference(said, report, kind),))


@pytest.mark.parametrize(
    ("claim", "sentences", "check"),
    [
        ("共有 78 國參加。", "共有 78 國參加。", FactCheck()),
        ("80 國參加。", "共有 78 國參加。", differs("80 國", "78 國", "number")),
        ("Eighty countries took part.", "共有 78 國參加。", differs("Eighty countries", "78 國", "number")),
        ("78 members", "78個國家、76個地方政府加入", FactCheck()),
        ("有 80 場", "共有 78 國參加。", FactCheck((), ("80 場",))),
        ("預算 300 萬元", "預算為3,000,000元。", FactCheck()),
        ("超過 300 份", "共上傳 412 份方案", FactCheck()),
        ("不到 300 份", "共上傳 412 份方案", differs("300 份", "412 份", "number")),
        ("四成的會員", "40% 的會員", FactCheck()),
        ("12月15日舉行", "2021年12月15日至17日舉行", FactCheck()),
        ("民國110年12月17日舉行", "2021年12月15日至17日舉行", FactCheck()),
        ("民國114年12月17日舉行", "2021年12月15日至17日舉行", differs("民國114年12月17日", "17日", "date")),
        ("It began on 16 December 2021.", "2021年12月15日開始", differs("16 December 2021", "2021年12月15日", "date")),
        ("在 2010 年", "沒有寫時間", FactCheck((), ("2010 年",))),
        ("會議在日本舉行。", "會議在韓國舉行。", differs("日本", "韓國", "country")),
        ("It was held in Korea.", "會議在韓國舉行。", FactCheck()),
        ("會議在日本舉行。", "會議於線上舉行。", FactCheck((), ("日本",))),
        ("台灣尚未加入", "我國尚未加入", FactCheck()),
        ("OECD 發布指標", "OGP 發布指標", FactCheck((), ("OECD",))),
        ("The minister met Maria Baron there.", "The minister met Ann Poe there.", FactCheck((), ("Maria Baron",))),
        ("承諾事項增加", "承諾事項持續減少", differs("增加", "減少", "antonym")),
        ("所有國家都做到", "部分國家做到", FactCheck((Difference("所有", "部分", "degree"),), ("所有",))),
        ("所有國家做到", "國家做到", FactCheck((), ("所有",))),
        ("首次舉辦", "舉辦論壇", FactCheck((), ("首次",))),
        ("唐鳳反對公開資料", "唐鳳支持公開資料", differs("反對", "支持", "polarity")),
        ("會議是實體的", "The meeting took place online.", differs("實體", "online", "antonym")),
        ("副主席致詞", "主席致詞", FactCheck((Difference("副主席", "主席", "role"),), ("副",))),
        ("一家公司承辦", "由公司承辦", FactCheck()),
    ],
)
def test_compare_facts_tells_differences_from_what_is_missing(claim: str, sentences: str, check: FactCheck) -> None:
    assert compare_facts(claim, sentences) == check


def test_compare_facts_year_may_stand_around_and_common_names_need_not_be_repeated() -> None:
    assert compare_facts("2021年12月15日", "12月15日開始", "2021 年高峰會") == FactCheck()
    assert compare_facts("OGP 成立", "聯盟成立", common=frozenset({"ogp"})) == FactCheck()
