"""Builds into Milvus: the same answers as from files, an alias that follows the live generation, and nothing left behind."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.config import MilvusOptions, Settings
from index.engine import Engine, describe_generation, is_current
from index.errors import ConfigError
from index.generations import artifacts
from index.generations.store import Store
from index.indexing import builder
from index.models import Scope
from index.retrieval.milvus_retriever import connect_client, live_collection
from tests.index.encoders import LetterEncoder
from tests.index.milvus import milvus
from tests.index.tiny import BOATS, HARBOUR_TEXT, OIL, build, settings_for


@pytest.fixture
def shared(own: Settings) -> Iterator[Settings]:
    """A corpus that is built into files, and settings that name a Milvus."""
    with milvus(own.corpus.path.parent) as options:
        yield own.model_copy(update={"milvus": options})


def collections(options: MilvusOptions) -> set[str]:
    with connect_client(options) as server:
        return set(server.ask("list_collections"))


def collection_of_live(settings: Settings) -> str | None:
    return artifacts.collection_of(Store(settings.index.path, settings.index.keep).live())


def change(settings: Settings, litres: int) -> None:
    text = HARBOUR_TEXT.replace("40 litres", f"{litres} litres")
    (settings.corpus.path / "harbour" / "report.txt").write_text(text, "utf-8")


def test_build_into_milvus_answers_equal_those_from_files(shared: Settings) -> None:
    from_files = Engine.load(shared, LetterEncoder())
    assert not is_current(shared)
    manifest = build(shared)
    assert manifest.dense == {"type": "milvus", "recall@10": 1.0}
    assert "milvus with recall@10 1.000" in describe_generation(manifest)
    assert "milvus.json" in manifest.files
    assert not [name for name in manifest.files if name.startswith(("sentences.faiss", "lexical/"))]
    assert is_current(shared)
    from_milvus = Engine.load(shared, LetterEncoder())
    for question in (OIL, BOATS, "Who chaired the spring meeting?", "How do I knit?", "2019?"):
        for scope in (None, Scope(reports=("tower",)), Scope(speaker="Dora Wick")):
            first, second = (
                replace(engine.ask(question, scope=scope), elapsed_ms=0, index="", hits=(), confidence=0)
                for engine in (from_files, from_milvus)
            )
            assert first == second


def test_build_and_rollback_move_alias_and_drop_old_collections(shared: Settings) -> None:
    names = []
    for litres in (41, 42, 43, 44):
        change(shared, litres)
        build(shared)
        names.append(collection_of_live(shared))
        assert live_collection(shared.milvus) == names[-1]
    assert len(set(names)) == 4
    # As many as there are generations to go back to.
    assert collections(shared.milvus) == set(names[-3:])
    builder.roll_back_generation(shared)
    assert live_collection(shared.milvus) == collection_of_live(shared) == names[-2]
    answer = Engine.load(shared, LetterEncoder()).ask(OIL)
    assert answer.citations[0].quote == "The lighthouse burns 43 litres of oil each night."


def test_build_failed_keeps_live_collection_and_next_build_drops_leftover(
    shared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(shared)
    before = live_collection(shared.milvus)
    change(shared, 41)
    with monkeypatch.context() as patch:
        patch.setattr(builder, "verify_self_search", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            build(shared)
    assert live_collection(shared.milvus) == before == collection_of_live(shared)
    assert len(collections(shared.milvus)) == 2
    build(shared)
    assert collections(shared.milvus) == {before, live_collection(shared.milvus)}


def test_load_milvus_generation_without_uri_raises_config_error(shared: Settings) -> None:
    build(shared)
    path = Store(shared.index.path, 3).live().path
    with pytest.raises(ConfigError) as caught:
        Engine.load(shared.model_copy(update={"milvus": MilvusOptions()}), LetterEncoder())
    problem = "lies in Milvus, and config names no [milvus] uri; name it, or run: report-index build"
    assert str(caught.value) == f"{path}: {problem}"


def test_load_missing_collection_logs_error_and_uses_earlier_generation(
    shared: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    build(shared)
    name = collection_of_live(shared)
    with connect_client(shared.milvus) as server:
        server.ask("drop_alias", shared.milvus.alias)
        server.ask("drop_collection", name)
    (earlier,) = Store(shared.index.path, 3).earlier()
    assert Engine.load(shared, LetterEncoder()).generation == earlier
    problem = f"{shared.milvus.uri}: Milvus has no collection {name}; run: report-index build"
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"{problem}; until then generation {earlier} takes its place"
    ]


def test_load_copied_index_folder_answers_from_same_collection(shared: Settings, tmp_path: Path) -> None:
    build(shared)
    shutil.copytree(shared.index.path, tmp_path / "copy")
    copy = settings_for(tmp_path, index={"path": tmp_path / "copy"}, milvus=shared.milvus)
    assert Engine.load(copy, LetterEncoder()).ask(OIL).text == Engine.load(shared, LetterEncoder()).ask(OIL).text
