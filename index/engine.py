"""The library's front door: loads the live generation and its model once, then answers. Importing this loads neither."""

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

if TYPE_CHECKING:
    from index.answering.answerer import Answerer
    from index.answering.claim_check import CheckedStatement
    from index.encoding.encoder import Encoder
    from index.lookup.directory import Directory
    from index.models import Scope
    from index.structured_qa.structured_answerer import StructuredAnswerer


@dataclass(frozen=True, slots=True)
class Engine:
    """Answers questions from one generation. `ask` may be called from several threads."""

    manifest: Manifest
    sessions: tuple[Session, ...]
    answerer: Answerer
    guide: StructuredAnswerer

    @property
    def directory(self) -> Directory:
        """Its sessions and people, to be looked up."""
        return self.guide.directory

    @property
    def sections(self) -> tuple[SectionPath, ...]:
        """Every section of the reports, outer ones included, in order."""
        return self.guide.sections

    @property
    def dtype(self) -> str:
        """The number format in which this processor computes questions; the manifest has that of the build."""
        return self.answerer.searcher.encoder.dtype

    @property
    def generation(self) -> str:
        return self.manifest.id

    @property
    def reports(self) -> tuple[ReportInfo, ...]:
        """The reports that it answers from."""
        return self.manifest.corpus

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the reports that it answers from."""
        return report_titles(self.manifest)

    @classmethod
    def load(cls, settings: Settings, encoder: Encoder | None = None, *, live_only: bool = False) -> Engine:
        """Load the live generation, verified in full, and the model. Takes seconds.

        If the live generation is damaged, the newest earlier one that is sound takes its place, unless `live_only`.
        Raises GenerationError if there is none or it was built for another model, ModelError if that cannot be loaded.
        """
        if encoder is None:
            require_memory_for(settings.model)
        from index.encoding.encoder import SentenceTransformerEncoder

        store, read = (
            Store(settings.index.path, settings.index.keep),
            with_verification(partial(open_generation, settings=settings)),
        )
        found = store.read(read) if live_only else read_sound(store, read)
        manifest, artifacts = found.generation.manifest, found.artifacts
        refuse_other_model(manifest, settings)
        encoder = encoder or SentenceTransformerEncoder(settings.model)
        if (encoder.fingerprint, encoder.dimensions) != (manifest.model_sha256, manifest.dimensions):
            raise GenerationError(
                f"{found.generation.path}: built with other weights or prompts of {manifest.model} than config names; "
                f"{BUILD}"
            )
        guide = make_structured_answerer(artifacts, manifest)
        vectors, judge = found.vectors, found.judge
        answerer = make_answerer(artifacts, vectors, encoder, manifest, manifest.id, guide, judge)
        return cls(manifest, artifacts.corpus.sessions, answerer, guide)

    def ask(self, question: str, *, top: int = 10, scope: Scope | None = None) -> Answer:
        """Answer any text, in about 50 ms, from all reports or from the part of them that a scope names."""
        return self.answerer.ask(question, top, scope)

    def is_follow_up(self, question: str) -> bool:
        """Whether a question cannot be understood without an earlier one."""
        from index.answering.follow_ups import is_follow_up

        return is_follow_up(question, self.guide)

    def follow(self, question: str, earlier: str, *, top: int = 10, scope: Scope | None = None) -> Answer:
        """Answer a question that may lean on an earlier one; `understood` then says how it was read.

        The two are put to the same reports; a narrower scope leaves nothing to lean on.
        It is as sure as its readings are on average: one that repeats the earlier question finds its answer again.
        """
        from index.answering.follow_ups import rewrite_candidates
        from index.models import Scope

        wide = Scope(reports=scope.reports if scope else ())
        if (scope or wide) != wide or not self.is_follow_up(question):
            return self.ask(question, top=top, scope=scope)
        found = rewrite_candidates(question, self.ask(earlier, scope=wide), self.guide)
        scopes = [replace(reading.scope or wide, reports=wide.reports) for reading in found]
        answers = [self.ask(reading.question, top=top, scope=each) for reading, each in zip(found, scopes, strict=True)]
        told = [answer for answer in answers if answer.road != "passages"]
        best = told[0] if told else max(answers, key=lambda answer: answer.confidence)
        sure = best.confidence if told else fmean(answer.confidence for answer in answers)
        return replace(self.answerer.with_confidence(best, sure), question=question, understood=best.question)

    def check(self, text: str, *, scope: Scope | None = None) -> tuple[CheckedStatement, ...]:
        """What the reports, or the part of them in a scope, make of the first statements of a text, in its order."""
        from index.answering.claim_check import check_statements

        within = self.guide.passages_within(scope) if scope else None
        return check_statements(text, self.answerer, self.directory, within)

    def passage(self, id: str) -> Passage | None:  # noqa: A002 - the word of the contract
        """The passage of an id, as citations and hits give it."""
        return self.guide.passage(id)

    def summary(self, session: Session) -> tuple[Citation, ...]:
        """Up to three sentences of a session and its parts, each cited; none where it holds no running text."""
        from index.answering.session_summary import summarize_session

        searcher = self.answerer.searcher
        found = summarize_session(session, searcher.passages, searcher.sentences, searcher.store)
        return tuple(replace(each, speaker=self.answerer.speaker_of(each.section)) for each in found)

    def passages(self, scope: Scope) -> tuple[Passage, ...]:
        """The passages that lie in a scope, in the report's order; all for an empty one."""
        within = self.guide.passages_within(scope)
        return tuple(self.guide.passages if within is None else (self.guide.passages[number] for number in within))

    def describe(self, scope: Scope) -> str:
        """A scope in words of the report."""
        return self.guide.describe(scope)

    def mentions(self, entry: PersonEntry) -> tuple[Citation, ...]:
        """The report's own lines that name somebody in their sessions, each once, in the report's order."""
        return self.guide.mentions(entry)

    def source(self, session: Session) -> ReportInfo:
        """The report that a session is of. Raises KeyError for a session of another generation."""
        # Where there are several reports, the ids of sessions begin with a report's name.
        name, sources = session.id.rpartition(":")[0], {source.report: source for source in self.manifest.corpus}
        return sources[name] if name else self.manifest.corpus[0]


def load_newer(settings: Settings, engine: Engine) -> Engine | None:
    """The live generation with the model of an engine, if it is another one than the engine's.

    Raises GenerationError if it cannot be used.
    """
    live = Store(settings.index.path, settings.index.keep).live_id()
    if live == engine.generation:
        return None
    return Engine.load(settings, engine.answerer.searcher.encoder, live_only=True)


def report_titles(manifest: Contents) -> tuple[str, ...]:
    """The titles of a generation's reports."""
    return tuple(source.title for source in manifest.corpus)


def describe_live(settings: Settings) -> str:
    """One line about the live generation, verified without loading the model. Raises GenerationError as `load` does."""
    manifest = Store(settings.index.path, settings.index.keep).load(lambda generation: generation.manifest)
    refuse_other_model(manifest, settings)
    return describe_generation(manifest)


def usable_manifest(settings: Settings) -> Manifest:
    """The generation that `Engine.load` would load, verified, without the model. Raises GenerationError as it does."""
    store = Store(settings.index.path, settings.index.keep)
    manifest = read_sound(store, with_verification(lambda generation: generation.manifest))
    refuse_other_model(manifest, settings)
    return manifest


def describe_generation(manifest: Manifest) -> str:
    """A generation in one line."""
    counts = ", ".join(f"{name} {count}" for name, count in sorted(manifest.counts.items()))
    kind, recall = manifest.dense["type"], manifest.dense["recall@10"]
    approximate = "" if kind == "flat" else f", {kind} with recall@10 {recall:.3f}"
    return f"generation {manifest.id}: {counts}, model {manifest.model} ({manifest.dtype}){approximate}"


def is_current(settings: Settings) -> bool:
    """Whether the live generation is whole and what a build would make anew. Raises CorpusError, ModelError."""
    from index.generations.fingerprint import generation_fingerprint

    try:
        live = Store(settings.index.path, settings.index.keep).load(lambda generation: generation.manifest)
    except GenerationError:
        return False
    return live.fingerprint == generation_fingerprint(settings)


def refuse_other_model(manifest: Manifest, settings: Settings) -> None:
    """Raise GenerationError if the configuration names another model than the generation was built with."""
    if manifest.model != settings.model.name:
        raise GenerationError(
            f"{settings.index.path}: generation {manifest.id} was built with model {manifest.model}, "
            f"config names {settings.model.name}; {BUILD}"
        )
