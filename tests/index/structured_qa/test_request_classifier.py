"""The classifier of requests: its features, its thresholds, its file, and what the shipped one makes of messages."""

import math
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from index.arrays import Vectors
from index.config import ModelOptions
from index.encoding.encoder import Encoder, SentenceTransformerEncoder
from index.errors import GenerationError
from index.structured_qa import request_classifier
from index.structured_qa.request_classifier import (
    LONGEST,
    Request,
    RequestClassifier,
    Talk,
    character_grams,
    load_classifier,
)
from index.text import small_talk

KINDS: tuple[Request, ...] = get_args(Request)
NOWHERE = np.zeros(2, np.float32)


def classifier(likely: Mapping[Request, float], grams: Mapping[str, Request] | None = None) -> RequestClassifier:
    """A classifier that finds each message as likely of each kind as given, and e times as likely of the kind of an n-gram.

    What is left of 1 is shared by the other kinds. The first dimension of an embedding counts for "session".
    """
    others = max(1e-9, (1 - sum(likely.values())) / (len(KINDS) - len(likely)))
    weights = np.zeros((len(KINDS), 3), np.float32)
    weights[:, 2] = [math.log(likely.get(kind, others)) for kind in KINDS]
    weights[KINDS.index("session"), 0] = 1
    kind_of = grams or {"\u2603": "question"}
    gram_weights = np.array([[float(kind == of) for kind in KINDS] for of in kind_of.values()], np.float32)
    mean, deviation = np.array([0.5, 0], np.float32), np.array([0.25, 1], np.float32)
    return RequestClassifier("letters", KINDS, mean, deviation, weights, {g: n for n, g in enumerate(kind_of)}, gram_weights)


@pytest.mark.parametrize(
    ("message", "grams"),
    [
        ("Hi!", ["$", "^", "^h", "^hi", "h", "hi", "hi$", "i", "i$"]),
        ("aaa", ["$", "^", "^a", "^aa", "a", "a$", "aa", "aa$", "aaa"]),
        ("數位", ["$", "^", "^数", "^数字", "字", "字$", "数", "数字", "数字$"]),
        (" ?", ["$", "^", "^$"]),
        ("", ["$", "^", "^$"]),
    ],
)
def test_character_grams_are_sorted_runs_of_folded_message(message: str, grams: list[str]) -> None:
    assert character_grams(message) == grams


def test_character_grams_end_of_long_message_is_left_out() -> None:
    assert character_grams("a" * LONGEST + "b") == character_grams("aaa")


def test_probabilities_are_those_of_a_softmax_and_add_up_to_one() -> None:
    model = classifier({"question": 0.5, "overview": 0.25})
    likely = model.probabilities("anything", np.array([0.5, 7], np.float32))
    assert list(likely) == list(KINDS)
    assert sum(likely.values()) == pytest.approx(1, abs=1e-6)
    assert (likely["question"], likely["overview"], likely["session"]) == pytest.approx((0.5, 0.25, 0.25 / 11), abs=1e-6)


def test_probabilities_standardise_the_embedding() -> None:
    model = classifier({"session": 0.2})
    # One deviation above the mean, where the weight is 1.
    likely = model.probabilities("anything", np.array([0.75, 0], np.float32))
    assert likely["session"] / likely["question"] == pytest.approx(math.e * 0.2 / (0.8 / 12), rel=1e-5)


def test_probabilities_count_known_n_grams_at_unit_length() -> None:
    model = classifier({}, {"x": "which", "yy": "which", "zzz": "said", "ab": "said"})
    for message, which, said in (("x", 1, 0), ("xyy", 2 / math.sqrt(2), 0), ("x ab", 1 / math.sqrt(2), 1 / math.sqrt(2))):
        likely = model.probabilities(message, np.array([0.5, 0], np.float32))
        assert math.log(likely["which"] / likely["question"]) == pytest.approx(which, abs=1e-5)
        assert math.log(likely["said"] / likely["question"]) == pytest.approx(said, abs=1e-5)


@pytest.mark.parametrize(
    ("likely", "kind"),
    [
        ({"overview": 0.61}, "overview"),
        ({"overview": 0.59, "question": 0.2}, "question"),
        ({"question": 0.3}, "question"),
        ({"meta": 0.45, "dates": 0.45}, "question"),
        # Small talk of several kinds adds up, and the likeliest kind of it replies.
        ({"greeting": 0.2, "about": 0.25, "chatter": 0.16, "overview": 0.39}, "about"),
        ({"greeting": 0.2, "about": 0.2, "chatter": 0.18, "overview": 0.42}, "question"),
        ({"thanks": 0.61, "question": 0.39}, "thanks"),
    ],
)
def test_classify_other_than_question_must_be_sure(likely: Mapping[Request, float], kind: Request) -> None:
    assert classifier(likely).classify("anything", np.array([0.5, 0], np.float32)) == kind


def test_kinds_of_small_talk_are_those_that_rules_tell() -> None:
    assert set(get_args(Talk)) == set(get_args(small_talk.Kind))
    assert set(get_args(Talk)) < set(KINDS)


def test_save_and_load_keep_what_half_precision_holds(tmp_path: Path) -> None:
    made, file = classifier({"session": 0.5}, {"x": "which", "報告": "overview"}), tmp_path / "requests.npz"
    made.save(file)
    loaded = RequestClassifier.load(file)
    assert (loaded.model, loaded.kinds, loaded.grams) == ("letters", KINDS, {"x": 0, "報告": 1})
    for name in ("mean", "deviation", "weights", "gram_weights"):
        before, after = getattr(made, name), getattr(loaded, name)
        assert after.dtype == np.float32
        np.testing.assert_array_equal(after, before.astype(np.float16).astype(np.float32))
    vector = np.array([0.75, 0], np.float32)
    before, after = made.probabilities("x", vector), loaded.probabilities("x", vector)
    assert list(after.values()) == pytest.approx(list(before.values()), abs=1e-3)


@pytest.mark.parametrize("damage", ["text", "cut", "empty", "missing", "without arrays"])
def test_load_damaged_file_raises_generation_error(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "requests.npz"
    classifier({"session": 0.5}).save(file)
    if damage == "missing":
        file.unlink()
    elif damage == "without arrays":
        np.savez(file, mean=NOWHERE)
    else:
        whole = file.read_bytes()
        file.write_bytes({"text": b"no arrays", "cut": whole[: len(whole) // 2], "empty": b""}[damage])
    with pytest.raises(GenerationError, match="is no classifier of requests"):
        RequestClassifier.load(file)


@pytest.mark.parametrize("content", [b"no arrays", b"", None])
def test_load_classifier_damaged_file_is_logged_and_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    file = tmp_path / "requests.npz"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(request_classifier, "FILE", str(file))
    assert load_classifier.__wrapped__() is None
    (record,) = caplog.records
    start, end = record.getMessage().split(" (")[0], record.getMessage().rpartition("); ")[2]
    assert (record.levelname, start, end) == (
        "WARNING",
        f"{file}: is no classifier of requests",
        "run: report-index train --requests; rules alone tell what a message asks for",
    )


def test_shipped_classifier_knows_every_kind() -> None:
    shipped = load_classifier()
    assert set(shipped.kinds) == set(KINDS)
    assert shipped.weights.shape == (len(KINDS), 385)
    assert shipped.gram_weights.shape == (len(shipped.grams), len(KINDS))


@pytest.mark.process
def test_classifier_is_applied_with_numpy_alone() -> None:
    program = (
        "import sys\nfrom index.structured_qa.request_classifier import load_classifier\nload_classifier()\n"
        "print([name for name in ('scipy', 'sklearn', 'torch', 'openvino') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return SentenceTransformerEncoder(ModelOptions(dtype="float32"))


def vector_of(message: str, encoder: Encoder) -> Vectors:
    return encoder.queries([message])[0].vector


@pytest.mark.model
def test_shipped_classifier_belongs_to_embedded_encoder(encoder: Encoder) -> None:
    assert load_classifier().model == encoder.fingerprint


@pytest.mark.model
@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("yo bot, what's up", "greeting"),
        ("晚上好呀小幫手", "greeting"),
        ("下午好，在吗", "greeting"),
        ("おはよー、今日もよろしく", "greeting"),
        ("awesome, that cleared it up for me", "thanks"),
        ("太感謝了，幫我省好多時間", "thanks"),
        ("多谢，这下明白了", "thanks"),
        ("助かったよ、ありがとね", "thanks"),
        ("so what exactly are you able to help with", "about"),
        ("你是機器人還是真人啊", "about"),
        ("你是谁做出来的", "about"),
        ("このボットって何ができるの", "about"),
        ("ugh i hate mondays", "chatter"),
        ("晚餐要吃拉麵還是火鍋", "chatter"),
        ("我先去洗澡了等下回来", "chatter"),
        ("昨日の試合見た？やばかったね", "chatter"),
        ("i skipped all of it, give me the short version of the report", "overview"),
        ("懶得看完，報告到底在說什麼", "overview"),
        ("能不能几句话概括一下这份报告", "overview"),
        ("読む時間ないから報告書の内容ざっくり教えて", "overview"),
        ("so what do the authors want the government to do next", "advice"),
        ("報告最後給了哪些改進建議", "advice"),
        ("作者提了什么建议", "advice"),
        ("報告書は今後どうすべきだと提案してるの", "advice"),
        ("what did they conclude in the end", "findings"),
        ("結論到底是什麼", "findings"),
        ("他们最后得出什么结论", "findings"),
        ("結局どういう結論になったの", "findings"),
        ("on which days did the whole conference take place", "dates"),
        ("這場大會是什麼時候辦的", "dates"),
        ("大会是几号到几号", "dates"),
        ("会議っていつからいつまでだったの", "dates"),
        ("who put this report out and how long is it", "meta"),
        ("這份報告是哪個單位出的", "meta"),
        ("这份报告一共多少页", "meta"),
        ("この報告書はどこが出したもの？", "meta"),
        ("what was the lady from the ministry on about", "said"),
        ("那位副市長到底講了些什麼", "said"),
        ("那个教授都说了啥", "said"),
        ("市長さんはどんな話をしてた？", "said"),
        ("what went on in the session about housing", "session"),
        ("講交通的那場在談什麼", "session"),
        ("关于环保的那场讲了啥", "session"),
        ("教育の分科会ではどんな話が出たの", "session"),
        ("which session talks about recycling", "which"),
        ("哪一場有提到長照", "which"),
        ("哪个环节讲到了无人机", "which"),
        ("防災の話はどのセッションで出てくる？", "which"),
        ("how many buses does the city run on weekends", "question"),
        ("why was the bridge closed last year", "question"),
        ("who is in charge of the water plant", "question"),
        ("預算總共多少錢", "question"),
        ("為什麼要改掉舊的申請流程", "question"),
        ("幾個國家簽了這份聲明", "question"),
        ("地铁延长线什么时候开通", "question"),
        ("哪家公司负责维修", "question"),
        ("参加者は何人いましたか", "question"),
        ("なぜ図書館は閉館したのか", "question"),
        ("ゴミの量は何トン減った？", "question"),
    ],
)
def test_shipped_classifier_tells_messages_that_nobody_listed(message: str, kind: Request, encoder: Encoder) -> None:
    assert load_classifier().classify(message, vector_of(message, encoder)) == kind
