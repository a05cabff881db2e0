"""Generations on disk: what is published, verified, kept, rolled back and refused, to the letter."""

import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import BusyError, GenerationError
from index.generations.manifest import FORMAT, Contents, FileEntry, Generation, Manifest
from index.generations.store import Store
from index.models import ReportInfo

NOON = datetime(2030, 5, 6, 12, 0, 0, 250, tzinfo=UTC)
BUILD = "run: report-index build"
RECOVER = "run: report-index rollback, or: report-index build"
HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


def contents(fingerprint: str = "one") -> Contents:
    return Contents(
        fingerprint=fingerprint,
        making="m",
        corpus=(ReportInfo(report="summit", title="Report", sha256="a" * 64),),
        model="embedded:tiny",
        model_sha256="b" * 64,
        dimensions=4,
        dtype="float32",
        chunking={"max_characters": 400},
        libraries={"numpy": "1"},
        counts={"passages": 2},
        calibration={"cjk": {"closeness_mean": 0.5}},
    )


def publish(store: Store, text: str) -> Manifest:
    with store.building() as staging:
        (staging / "passages.txt").write_text(text)
        (staging / "words").mkdir()
        (staging / "words" / "terms.txt").write_text("hello")
        return store.publish(staging, contents(text))


def entries(store: Store) -> list[str]:
    return sorted(path.name for path in (store.root / "generations").iterdir())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "index", keep=3, clock=lambda: NOON)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(GenerationError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_publish_makes_generation_live_and_writes_manifest(store: Store) -> None:
    manifest = publish(store, "hello")
    live = store.live()
    assert live.manifest == manifest
    assert live.path == store.root / "generations" / manifest.id
    assert manifest.id[:16] == "20300506T120000-"
    assert manifest.created == "2030-05-06T12:00:00Z"
    assert manifest.format == FORMAT == 15
    entry = FileEntry(sha256=HELLO, bytes=5)
    assert manifest.files == {"passages.txt": entry, "words/terms.txt": entry}
    assert Contents.model_validate_json(manifest.model_dump_json(include=set(Contents.model_fields))) == contents("hello")
    assert live.file("words/terms.txt").read_text() == "hello"
    assert json.loads((store.root / "live.json").read_text()) == {"live": manifest.id, "previous": []}
    assert entries(store) == [manifest.id]


def test_publish_id_depends_on_time_and_contents(tmp_path: Path) -> None:
    ids = [publish(Store(tmp_path / name, 3, lambda: NOON), text).id for name, text in (("a", "x"), ("b", "x"), ("c", "y"))]
    assert ids[0] == ids[1] != ids[2]


def test_publish_same_second_gives_increasing_ids(store: Store) -> None:
    ids = [publish(store, "same").id for _ in range(3)]
    assert [name[:15] for name in ids] == ["20300506T120000", "20300506T120001", "20300506T120002"]
    assert store.live().manifest.id == ids[2]
    earlier = Store(store.root, keep=3, clock=lambda: datetime(2029, 1, 1, tzinfo=UTC))
    ids.append(publish(earlier, "the clock was set back").id)
    ids.remove(ids[0])
    assert ids[2][:15] == "20300506T120003"
    assert [manifest.id for manifest in store.generations()] == ids[::-1]


@pytest.mark.parametrize(("keep", "left"), [(1, [3, 4]), (2, [3, 4]), (3, [2, 3, 4])])
def test_publish_prunes_but_keeps_live_and_previous_generation(tmp_path: Path, keep: int, left: list[int]) -> None:
    store = Store(tmp_path, keep, lambda: NOON)
    ids = [publish(store, str(n)).id for n in range(5)]
    assert entries(store) == [ids[n] for n in left]
    assert json.loads((tmp_path / "live.json").read_text()) == {
        "live": ids[4],
        "previous": [ids[n] for n in left[-2::-1]],
    }


def test_rollback_repeated_goes_back_to_oldest_generation(store: Store) -> None:
    first, second, third = (publish(store, text) for text in "abc")
    assert store.rollback() == second
    assert store.live().manifest == second
    assert store.rollback() == first
    assert refusal(store.rollback) == f"{store.root}/live.json: names no earlier generation to go back to; {BUILD}"
    assert store.live().manifest == first
    assert entries(store) == [first.id, second.id, third.id]
    fourth = publish(store, "d")
    assert entries(store) == sorted([first.id, fourth.id])


def test_rollback_damaged_generation_is_refused(store: Store) -> None:
    first, second = publish(store, "a"), publish(store, "b")
    damaged = store.root / "generations" / first.id / "passages.txt"
    damaged.write_text("c")
    assert refusal(store.rollback) == f"{damaged}: its content is not what manifest.json says (sha256 differs); {RECOVER}"
    assert store.live().manifest == second


def test_store_without_index_raises_generation_error(store: Store) -> None:
    expected = f"no index at {store.root}; {BUILD}"
    assert refusal(store.live) == refusal(store.rollback) == refusal(lambda: store.load(str)) == expected
    assert store.generations() == []


@pytest.mark.parametrize("interrupt", [ValueError, KeyboardInterrupt, SystemExit])
def test_building_interrupted_removes_staging_folder(store: Store, interrupt: type[BaseException]) -> None:
    live = publish(store, "hello")
    with pytest.raises(interrupt), store.building() as staging:
        (staging / "half").write_text("written")
        raise interrupt
    assert entries(store) == [live.id]
    assert store.load(lambda generation: generation.file("passages.txt").read_text()) == "hello"


def test_building_without_publish_changes_nothing(store: Store) -> None:
    live = publish(store, "hello")
    with store.building() as staging:
        assert list(staging.iterdir()) == []
    assert entries(store) == [live.id]


DAMAGE: list[tuple[str, Callable[[Path], object], str]] = [
    ("passages.txt", lambda file: file.write_text("hell"), "4 bytes where manifest.json says 5"),
    (
        "passages.txt",
        lambda file: file.write_text("hellp"),
        "its content is not what manifest.json says (sha256 differs)",
    ),
    ("words/terms.txt", lambda file: file.unlink(), "missing"),
    ("words/extra.txt", lambda file: file.write_text(""), "not listed in manifest.json"),
]


@pytest.mark.parametrize(("name", "damage", "problem"), DAMAGE)
def test_verify_damaged_file_is_named(store: Store, name: str, damage: Callable[[Path], object], problem: str) -> None:
    publish(store, "hello")
    generation = store.live()
    generation.verify()
    damage(generation.path / name)
    expected = f"{generation.path / name}: {problem}; {RECOVER}"
    assert refusal(generation.verify) == expected
    assert refusal(lambda: store.load(str)) == expected


def test_load_swapped_file_contents_are_detected(store: Store) -> None:
    publish(store, "world")
    passages = store.live().file("passages.txt")
    passages.write_text("hello")
    store.live().file("words/terms.txt").write_text("world")
    assert refusal(lambda: store.load(str)).startswith(f"{passages}: its content is not what manifest.json says")


def test_verify_without_hashes_checks_sizes_and_names_only(store: Store) -> None:
    publish(store, "hello")
    generation = store.live()
    generation.file("passages.txt").write_text("hellp")
    generation.verify(hashes=False)
    generation.file("passages.txt").write_text("")
    assert refusal(lambda: generation.verify(hashes=False)).startswith(f"{generation.path}/passages.txt: 0 bytes where")


def test_file_not_listed_in_manifest_is_refused(store: Store) -> None:
    publish(store, "hello")
    generation = store.live()
    (generation.path / "extra").touch()
    assert refusal(lambda: generation.file("extra")) == f"{generation.path}/extra: not listed in manifest.json; {BUILD}"
    assert refusal(lambda: generation.file("../../live.json")).endswith(f"not listed in manifest.json; {BUILD}")


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_load_any_flipped_bit_is_detected(tmp_path: Path, data: st.DataObject) -> None:
    root = tmp_path / "bits"
    store = Store(root, keep=3, clock=lambda: NOON)
    if not root.exists():
        publish(store, "hello")
    folder = next((root / "generations").iterdir())
    file = folder / data.draw(st.sampled_from(["manifest.json", "passages.txt", "words/terms.txt"]))
    good = file.read_bytes()
    position, bit = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 7))
    file.write_bytes(good[:position] + bytes([good[position] ^ (1 << bit)]) + good[position + 1 :])
    try:
        assert str(file) in refusal(lambda: store.load(str))
    finally:
        file.write_bytes(good)


def edit(file: Path, **values: object) -> None:
    table = json.loads(file.read_text()) | values
    file.write_text(json.dumps({key: value for key, value in table.items() if value is not None}))


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"format": 16}, f"is of format 16, this program reads format 15; {BUILD}"),
        ({"format": 16, "new": [], "dtype": None}, f"is of format 16, this program reads format 15; {BUILD}"),
        ({"format": None}, f"format: field required; {BUILD}"),
        ({"new": 1}, f"new: unknown key; {BUILD}"),
        ({"dtype": None}, f"dtype: field required; {BUILD}"),
        ({"counts": {"passages": "2"}}, f"counts.passages: input should be a valid integer; {BUILD}"),
        ({"counts": {"passages": 3}}, f"was changed or moved after it was written; {RECOVER}"),
    ],
)
def test_live_changed_manifest_is_refused(store: Store, values: dict[str, object], problem: str) -> None:
    publish(store, "hello")
    file = store.live().path / "manifest.json"
    edit(file, **values)
    assert refusal(store.live) == f"{file}: {problem}"


def test_live_other_byte_order_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, "hello")
    monkeypatch.setattr("index.generations.manifest.sys.byteorder", "big" if sys.byteorder == "little" else "little")
    problem = f"was built by a {'little' if sys.byteorder == 'big' else 'big'}-endian processor, this one is not; {BUILD}"
    assert refusal(store.live) == f"{store.root}/generations/{store.live_id()}/manifest.json: {problem}"


def test_generation_open_renamed_folder_is_refused(store: Store) -> None:
    publish(store, "hello")
    moved = store.live().path.rename(store.root / "generations" / "20300506T120000-00000000")
    assert refusal(lambda: Generation.open(moved)).endswith(f"was changed or moved after it was written; {RECOVER}")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"live": "../..", "previous": []}', '{"live": "x"}', "\xff"])
def test_live_invalid_live_file_is_refused_and_publish_repairs_it(
    store: Store, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = publish(store, "a"), publish(store, "b")
    (store.root / "live.json").write_bytes(text.encode("latin-1"))
    message = refusal(store.live)
    assert message.startswith(f"{store.root}/live.json: ")
    assert message.endswith(f"; {BUILD}")
    third = publish(store, "c")
    assert set(caplog.messages) == {message}
    assert json.loads((store.root / "live.json").read_text()) == {"live": third.id, "previous": [second.id, first.id]}
    assert store.rollback() == second


def test_live_missing_manifest_raises_generation_error(store: Store) -> None:
    live = publish(store, "hello")
    (store.root / "generations" / live.id / "manifest.json").unlink()
    expected = f"{store.root}/generations/{live.id}/manifest.json: No such file or directory; {RECOVER}"
    assert refusal(store.live) == expected


def test_generations_damaged_manifest_is_omitted_with_warning(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    first, second = publish(store, "a"), publish(store, "b")
    file = store.root / "generations" / first.id / "manifest.json"
    file.write_text("{")
    assert store.generations() == [second]
    assert [message.partition(": ")[0] for message in caplog.messages] == [str(file)]
    assert caplog.messages[0].endswith(f"; {BUILD}")


def test_building_while_locked_raises_busy_error(store: Store) -> None:
    live = publish(store, "hello")
    publish(store, "again")
    expected = f"{store.root}: another build or rollback is running; try again when it has ended"
    with store.building():
        for locked in (lambda: publish(store, "x"), store.rollback):
            with pytest.raises(BusyError) as caught:
                locked()
            assert str(caught.value) == expected
    assert store.rollback() == live


def test_load_generation_pruned_while_reading_retries(store: Store) -> None:
    publish(store, "old")
    texts = iter("abc")

    def read(generation: Generation) -> str:
        for text in texts:
            publish(store, text)
        return generation.file("passages.txt").read_text()

    assert store.load(read) == "c"


def test_load_reader_os_error_raises_generation_error(store: Store) -> None:
    publish(store, "old")
    message = refusal(lambda: store.load(lambda generation: (generation.path / "gone").read_text()))
    problem = "No such file or directory; check the folder and its disk, then run the command again"
    assert message == f"{store.live().path}/gone: {problem}"


def test_load_during_publishing_always_sees_complete_generation(tmp_path: Path) -> None:
    store = Store(tmp_path, keep=1)
    publish(store, "0")
    done, seen, failures = threading.Event(), set[str](), list[Exception]()

    def read() -> None:
        while not done.is_set():
            try:
                seen.add(store.load(lambda generation: generation.file("passages.txt").read_text()))
            except GenerationError as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(1, 40):
        publish(store, str(n))
    done.set()
    reader.join()
    assert failures == []
    assert seen <= {str(n) for n in range(40)}
    assert store.load(lambda generation: generation.file("passages.txt").read_text()) == "39"
