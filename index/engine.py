"""Load the live generation and its model, and answer questions: the public API of the package.

Importing this module loads neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING

from index.assembly import make_answerer, make_structured_answerer, open_generation
from index.config import Settings
from index.errors import GenerationError
from index.generations.manifest import BUILD, Contents, Manifest, with_verification
from index.generations.store import Store, read_sound
from index.limits.memory import require_memory_for
from index.models import Answer, Citation, Passage, PersonEntry, ReportInfo, SectionPath, Session
from index.text.aliases import replace_aliases
from index.text.localization import Language, language_of
from index.text.message_questions import mark_questions, split_questions
from index.text.small_talk import extract_question, small_talk_kind

if TYPE_CHECKING:
    from index.answering.answerer import Answerer
    from index.claims.claim_check import CheckedStatement, ClaimChecker
    from index.encoding.encoder import Encoder
    from index.lookup.directory import Directory
    from index.models import Scope
    from index.reading.reader import Reader
    from index.structured_qa.structured_answerer import StructuredAnswerer
    from index.writing.line_verifier import LineVerifier
    from index.writing.written_head import LineVerdict, WritingTask


@dataclass(frozen=True, slots=True)
class Engine:
    """Answers questions from one generation. `ask` is thread-safe."""

    manifest: Manifest
    sessions: tuple[Session, ...]
    answerer: Answerer
    guide: StructuredAnswerer
    checker: ClaimChecker
    verifier: LineVerifier

    @property
    def directory(self) -> Directory:
        """The sessions and people of the reports."""
        return self.guide.directory

    @property
    def sections(self) -> tuple[SectionPath, ...]:
        """All sections of the reports, outer ones included, in order."""
        return self.guide.sections

    @property
    def dtype(self) -> str:
        """The number format for questions on this processor; the manifest has that of the build."""
        return self.answerer.searcher.encoder.dtype

    @property
    def generation(self) -> str:
        return self.manifest.id

    @property
    def reports(self) -> tuple[ReportInfo, ...]:
        """The reports of the generation."""
        return self.manifest.corpus

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the reports."""
        return report_titles(self.manifest)

    @classmethod
    def load(
        cls,
        settings: Settings,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        *,
        live_only: bool = False,
    ) -> Engine:
        """Load and verify the live generation, and load the models. This takes seconds.

        :param encoder: encoder to use instead of loading the model.
        :param reader: reader to use instead of loading the one that the settings name.
        :param live_only: fail if the live generation is damaged, instead of loading the newest sound one.
        :raises GenerationError: if there is no sound generation, or it was built with another model.
        :raises ModelError: if the model cannot be loaded.
        """
        if encoder is None:
            require_memory_for(settings.model)
        from index.encoding.encoder import SentenceTransformerEncoder

        store, read = (
            Store(settings.index.path, settings.index.keep),
            with_verification(partial(open_generation, settings=settings)),
        )
        opened = store.read(read) if live_only else read_sound(store, read)
        manifest, artifacts = opened.generation.manifest, opened.artifacts
        refuse_other_model(manifest, settings)
        encoder = encoder or SentenceTransformerEncoder(settings.model)
        if (encoder.fingerprint, encoder.dimensions) != (manifest.model_sha256, manifest.dimensions):
            raise GenerationError(
                f"{opened.generation.path}: built with other weights or prompts of {manifest.model} than config names; "
                f"{BUILD}"
            )
        guide = make_structured_answerer(artifacts, manifest)
        from index.reading.registry import load_claim_judge, load_reader

        reader = reader or load_reader(settings.reader)
        answerer = make_answerer(artifacts, opened.vectors, encoder, manifest, manifest.id, guide, reader)
        from index.claims.claim_check import ClaimChecker
        from index.writing.line_verifier import LineVerifier

        checker = ClaimChecker(answerer, load_claim_judge)
        verifier = LineVerifier(checker, {source.report: source.language for source in manifest.corpus})
        return cls(manifest, artifacts.corpus.sessions, answerer, guide, checker, verifier)

    def ask(self, question: str, *, top: int = 10, scope: Scope | None = None) -> Answer:
        """Answer a question, which takes about 50 ms, or those of a message, of which later ones may follow up the first.

        :param top: maximum number of hits of each.
        :param scope: the part of the reports to answer from; None for all.
        """
        first, *more = split_questions(extract_question(mark_questions(question)))
        if not more:
            return self.answerer.ask(question, top, scope)
        from index.answering.rendering import join_answers, load_phrases

        answer = self.answerer.ask(first, top, scope)
        answers = [answer, *(self._ask_next(each, first, top, scope) for each in more)]
        return join_answers(question, answers, load_phrases(language_of(question)))

    def _ask_next(self, question: str, first: str, top: int, scope: Scope | None) -> Answer:
        """Answer a later question of a message: alone if it is complete and answered, else as a follow-up of the first."""
        from index.answering.follow_ups import is_fragment

        alone = None if is_fragment(question) else self.answerer.ask(question, top, scope)
        if alone and alone.verdict == "answered":
            return alone
        return self.follow(question, first, top=top, scope=scope)

    def suggest_questions(self, answer: Answer, language: Language) -> tuple[str, ...]:
        """Return up to three questions to ask after an answer, in a language, all of which the reports answer.

        After a refusal the first is the same question in other words, if a reviewed one is near.
        """
        from index.answering.rendering import load_phrases
        from index.structured_qa.question_suggester import SUGGESTIONS

        suggested = self.answerer.suggester.suggest(answer, load_phrases(language))
        if answer.verdict == "answered" or answer.road != "passages":
            return suggested
        rephrased = self.answerer.rephrase(answer.question, language)
        return (*((rephrased,) if rephrased else ()), *suggested)[:SUGGESTIONS]

    def complete_question(self, typed: str, language: Language, limit: int) -> tuple[str, ...]:
        """Return up to `limit` questions that contain the typed text, in a language, all of which the reports answer."""
        from index.answering.rendering import load_phrases

        return self.answerer.suggester.complete(typed, load_phrases(language), limit)

    def is_follow_up(self, question: str) -> bool:
        """Return whether a question cannot be understood without an earlier one."""
        from index.answering.follow_ups import is_follow_up

        return not small_talk_kind(question) and is_follow_up(question, self.guide)

    def follow(self, question: str, earlier: str, *, top: int = 10, scope: Scope | None = None) -> Answer:
        """Answer a question that may follow up an earlier one; `understood` of the answer is then the complete question.

        Both questions are answered from the same reports; with a narrower scope, the earlier question is ignored. The
        confidence is the mean of all rewrites, because a rewrite that repeats the earlier question finds its answer again.

        :param top: maximum number of hits.
        """
        from index.answering.follow_ups import rewrite_candidates
        from index.models import Scope

        wide = Scope(reports=scope.reports if scope else ())
        if (scope or wide) != wide or not self.is_follow_up(question) or self.answerer.is_thanks(question):
            return self.ask(question, top=top, scope=scope)
        before = self.ask(earlier, scope=wide)
        before = replace(before, question=replace_aliases(before.question, self.answerer.aliases))
        rewrites = rewrite_candidates(question, before, self.guide)
        scopes = [replace(rewrite.scope or wide, reports=wide.reports) for rewrite in rewrites]
        answers = [self.ask(rewrite.question, top=top, scope=part) for rewrite, part in zip(rewrites, scopes, strict=True)]
        structured = [answer for answer in answers if answer.road.startswith("structure")]
        best = structured[0] if structured else max(answers, key=lambda answer: answer.confidence)
        confidence = best.confidence if structured else fmean(answer.confidence for answer in answers)
        return replace(self.answerer.with_confidence(best, confidence), question=question, understood=best.question)

    def check(self, text: str, *, scope: Scope | None = None) -> tuple[CheckedStatement, ...]:
        """Check the statements of a text against the reports, or against the part of them in a scope.

        :return: the results in the order of the text.
        """
        return self.checker.check(text, self.guide.passages_within(scope) if scope else None)

    def writing_task(self, answer: Answer) -> WritingTask | None:
        """Return what a language model may write for an answer.

        :return: None if there is nothing to write: for refusals, small talk, look-ups and several questions at once.
        """
        from index.writing.sources import make_task

        return make_task(answer, self.answerer)

    def verify_line(self, task: WritingTask, raw_line: str) -> LineVerdict:
        """Decide on one line as a language model wrote it. Takes milliseconds to a tenth of a second; thread-safe."""
        return self.verifier.verify(task, raw_line)

    def passage(self, id: str) -> Passage | None:  # noqa: A002 - the word of the contract
        """Return the passage with an id, as in citations and hits, or None."""
        return self.guide.passage(id)

    def summary(self, session: Session) -> tuple[Citation, ...]:
        """Summarize a session and its parts by up to three quotations; none if it has no running text."""
        summarizer = self.answerer.summarizer
        citations = summarizer.cite(summarizer.session_rows(session))
        return tuple(replace(citation, speaker=self.answerer.speaker_of(citation.section)) for citation in citations)

    def speech(self, entry: PersonEntry) -> tuple[Citation, ...]:
        """Return the main points of what somebody said; none if the report does not tell it apart from what others said."""
        summarizer = self.answerer.summarizer
        summary = summarizer.speech(entry[0].name)
        return () if summary.of_panel else summarizer.cite(summary.rows)

    def passages(self, scope: Scope) -> tuple[Passage, ...]:
        """Return the passages in a scope, in the order of the report; all for an empty scope."""
        within = self.guide.passages_within(scope)
        return tuple(self.guide.passages if within is None else (self.guide.passages[number] for number in within))

    def describe(self, scope: Scope) -> str:
        """Describe a scope in the words of the report."""
        return self.guide.describe(scope)

    def mentions(self, entry: PersonEntry) -> tuple[Citation, ...]:
        """Return the lines that name a person in their sessions, without duplicates, in the order of the report."""
        return self.guide.mentions(entry)

    def source(self, session: Session) -> ReportInfo:
        """Return the report that contains a session.

        :raises KeyError: if the session is of another generation.
        """
        # With several reports, the ids of sessions begin with the name of their report.
        name, sources = session.id.rpartition(":")[0], {source.report: source for source in self.manifest.corpus}
        return sources[name] if name else self.manifest.corpus[0]


def load_newer(settings: Settings, engine: Engine) -> Engine | None:
    """Load the live generation if it is not the one of an engine, and reuse the engine's models.

    :return: None if the engine is up to date.
    :raises GenerationError: if the live generation cannot be used.
    """
    live = Store(settings.index.path, settings.index.keep).live_id()
    if live == engine.generation:
        return None
    return Engine.load(settings, engine.answerer.searcher.encoder, engine.answerer.reader, live_only=True)


def report_titles(manifest: Contents) -> tuple[str, ...]:
    """Return the titles of a generation's reports."""
    return tuple(source.title for source in manifest.corpus)


def describe_live(settings: Settings) -> str:
    """Describe the live generation in one line, without loading the model.

    :raises GenerationError: if there is none, or it was built with another model.
    """
    manifest = Store(settings.index.path, settings.index.keep).load(lambda generation: generation.manifest)
    refuse_other_model(manifest, settings)
    return describe_generation(manifest)


def usable_manifest(settings: Settings) -> Manifest:
    """Verify the generation that `Engine.load` would load, without loading the model.

    :raises GenerationError: if there is no sound generation, or it was built with another model.
    """
    store = Store(settings.index.path, settings.index.keep)
    manifest = read_sound(store, with_verification(lambda generation: generation.manifest))
    refuse_other_model(manifest, settings)
    return manifest


def describe_generation(manifest: Manifest) -> str:
    """Describe a generation in one line."""
    counts = ", ".join(f"{name} {count}" for name, count in sorted(manifest.counts.items()))
    kind, recall = manifest.dense["type"], manifest.dense["recall@10"]
    approximate = "" if kind == "flat" else f", {kind} with recall@10 {recall:.3f}"
    return f"generation {manifest.id}: {counts}, model {manifest.model} ({manifest.dtype}){approximate}"


def is_current(settings: Settings) -> bool:
    """Return whether the live generation is sound and a build would give the same one.

    :raises CorpusError: if the corpus cannot be read.
    :raises ModelError: if the model is missing.
    """
    from index.generations.fingerprint import generation_fingerprint

    try:
        live = Store(settings.index.path, settings.index.keep).load(lambda generation: generation.manifest)
    except GenerationError:
        return False
    return live.fingerprint == generation_fingerprint(settings)


def refuse_other_model(manifest: Manifest, settings: Settings) -> None:
    """Check that the configuration names the model of a generation.

    :raises GenerationError: if it names another one.
    """
    if manifest.model != settings.model.name:
        raise GenerationError(
            f"{settings.index.path}: generation {manifest.id} was built with model {manifest.model}, "
            f"config names {settings.model.name}; {BUILD}"
        )
