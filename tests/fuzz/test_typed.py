"""Whatever members type or click on: cleaned, escaped, decided on and read back."""

import re
from typing import get_args

from discord import ui
from hypothesis import strategies as st

from bot.cards.custom_ids import CUSTOM_ID, KEY, ActionKind, AnswerAction, Target, Tokens, query_key, scope_key, short_token
from bot.cards.escaping import clean_text, escape_markdown, one_line, unescape_markdown
from bot.cards.forms import QuestionForm
from bot.cards.paging import split_block as cut
from bot.locale.catalogue import bot_catalogue
from bot.questions.message_filter import Hint, IncomingMessage, Question, Thanks, classify_message
from bot.questions.pipeline import clean_question, find_objection
from bot.questions.reported_questions import gaps_csv, gaps_markdown, group_questions
from bot.storage.store import Vote
from index.models import Scope
from index.text.localization import Language
from tests.discord.validator import body_problems
from tests.fuzz.counting import fuzzed
from tests.fuzz.inert import ESCAPED, acting, bland, unseen
from tests.fuzz.models import TextEngine
from tests.fuzz.texts import hostile, questions

US = 1300000000000000001
KINDS = st.sampled_from(Target.__annotations__["kind"].__args__)
LANGUAGES = st.sampled_from(get_args(Language))


@fuzzed("escaping", 15, 12000, text=hostile())
def test_escape_markdown_any_text_is_inert_and_reversible(text):
    escaped = escape_markdown(text)
    assert acting(escaped) == []
    assert unseen("content", escaped) == []
    assert unescape_markdown(escaped) == clean_text(text) == clean_text(clean_text(text))
    assert len(escaped) <= 2 * len(text) + 1 + text.count("\n")
    assert len(clean_text(bland(text))) == len(clean_text(text))


@fuzzed("escaping", 15, 5000, text=hostile(8), characters=st.integers(2, 200))
def test_split_block_escaped_text_is_inert_in_each_piece(text, characters):
    found = cut(escape_markdown(text), characters)
    assert max(map(len, found)) <= characters
    for piece in found:
        assert "\\" not in ESCAPED.sub("", piece)
        # Where all of a page could begin a line as something else, it does.
        if characters > 40 and not re.search(r"[#+-]{8}|\d{8}", text):
            assert acting(piece) == []


@fuzzed("questions", 20, 6000, text=hostile(), limit=st.integers(1, 1000), language=LANGUAGES)
def test_clean_question_any_text_is_visible_or_gets_objection(text, limit, language):
    question = clean_question(text)
    assert unseen("content", question) == []
    assert question == question.strip()
    told = find_objection(question, limit, bot_catalogue(language))
    assert bool(told) == (not any(map(str.isalnum, question)) or len(question) > limit)
    assert len(one_line(text, 100)) <= 100


HEARD = st.builds(
    IncomingMessage,
    questions(200),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    hostile(2),
    hostile(2),
    st.booleans(),
    st.booleans(),
)


@fuzzed("intake", 15, 5000, heard=HEARD)
def test_classify_message_any_message_returns_question_hint_or_none(heard):
    decision = classify_message(heard, US)
    meant = heard.addresses_us or heard.follows
    assert decision is None or isinstance(decision, Question | Hint | Thanks)
    assert meant or decision is None or decision.unasked
    if isinstance(decision, Question):
        assert decision.text
        assert decision.text in (heard.content, heard.content.strip(), heard.quoted.strip())


@fuzzed("custom ids", 20, 6000, kind=KINDS, key=hostile(3), language=LANGUAGES, page=st.integers(0, 99_999))
def test_target_parse_any_target_text_returns_same_target(kind, key, language, page):
    target = Target(kind, query_key(key), language, page)
    assert Target.parse(str(target)) == target
    assert len(f"go:{target}") <= CUSTOM_ID
    assert target.fits == (len(target.key) <= KEY)
    assert "\n" not in str(target)


@fuzzed(
    "custom ids",
    60,
    4000,
    kind=st.sampled_from(get_args(ActionKind)),
    language=LANGUAGES,
    names=st.tuples(hostile(1), hostile(1)),
)
def test_answer_action_parse_any_action_text_returns_same_action(kind, language, names):
    deed = AnswerAction(kind, language, "ABCD2345", scope_key(Scope(names[0], names[1], "2030-03-03", names)))
    assert AnswerAction.parse(str(deed)) == deed
    assert len(f"act:{deed}") <= CUSTOM_ID


@fuzzed("custom ids", 20, 6000, text=st.one_of(hostile(2), hostile(2).map(lambda text: f"en:0:agenda:{text}")))
def test_target_and_answer_action_parse_other_text_raises_or_round_trips(text):
    for parse in (Target.parse, AnswerAction.parse):
        try:
            found = parse(text)
        except ValueError:
            continue
        assert parse(str(found)) == found


@fuzzed("custom ids", 15, 1000, texts=st.lists(hostile(2, 60), min_size=1, max_size=6))
def test_tokens_scope_any_scope_key_returns_same_scope(texts):
    engine = TextEngine(texts)
    tokens = Tokens(engine)
    for session in engine.directory.sessions:
        scope = Scope(session=session.id, section=session.section)
        assert tokens.scope(scope_key(scope)) == scope
    for person, _ in engine.directory.people:
        assert tokens.scope(scope_key(Scope(speaker=person.name))) == Scope(speaker=person.name)


@fuzzed("forms", 20, 3000, title=hostile(2), language=LANGUAGES)
def test_question_form_any_session_title_is_valid(title, language):
    form = QuestionForm(language, short_token(title), title)
    body = {"type": 9, "data": form.to_dict()}
    assert body_problems("POST", "/interactions/1/abc/callback", body) == []
    assert unseen("title", form.title) == []
    assert form.title.strip()
    assert isinstance(form, ui.Modal)


@fuzzed("gaps", 15, 2000, texts=st.lists(questions(100), min_size=1, max_size=5))
def test_gaps_markdown_and_csv_any_member_text_is_inert(texts):
    gaps = group_questions([Vote("r", -1, "related", "g", question=text, reason=text) for text in texts])
    shown = gaps_markdown(gaps)
    assert set(acting(shown)) <= {"-"}
    assert len(acting(shown)) == sum(1 + len(gap.reasons) for gap in gaps)
    assert gaps_csv(gaps).startswith("\ufeffcount,")
