"""What the store does when the disk fails, the folder cannot be written, or a build is killed, at every step."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import BusyError, GenerationError
from index.generations import store as store_module
from index.generations.manifest import Contents
from index.generations.store import Store

CONTENTS = Contents(
    fingerprint="f",
    making="m",
    corpus=(),
    model="m",
    model_sha256="b" * 64,
    dimensions=1,
    dtype="float32",
    chunking={},
    libraries={},
    counts={},
    calibration={},
)
# A publication: the manifest; two files and the folder to the platter; the folder in place and noted;
# then live.json, written, synced, moved and noted.
STEPS = ["_write", "_sync", "_sync", "_sync", "_move", "_sync", "_write", "_sync", "_move", "_sync"]
SWITCHED = 9  # from this step on the new generation is live
NO_SPACE = "No space left on device; free some space, then run the command again"
NOT_WRITABLE = "make the folder writable, or set index.path in config.toml to one that is"


def publish(store: Store, text: str) -> str:
    with store.building() as staging:
        (staging / "text").write_text(text)
        return store.publish(staging, CONTENTS).id


def content(store: Store) -> str:
    return store.load(lambda generation: generation.file("text").read_text())


def entries(store: Store) -> list[str]:
    return sorted(path.name for path in (store.root / "generations").iterdir())


def at_step(monkeypatch: pytest.MonkeyPatch, step: int | None, act: Callable[[Path], None]) -> list[str]:
    """Run `act` in place of the disk's `step`-th call; returns the calls as they are made."""
    calls: list[str] = []

    def wrap(name: str) -> None:
        real = getattr(store_module, name)

        def call(path: Path, *rest: object) -> None:
            calls.append(name)
            if len(calls) - 1 == step:
                act(path)
            real(path, *rest)

        monkeypatch.setattr(store_module, name, call)

    for name in ("_write", "_sync", "_move"):
        wrap(name)
    return calls


def fail(code: int) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        if not path.exists():
            path.write_text('{"half": ')
        raise OSError(code, os.strerror(code))

    return act


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "index", keep=2)


def test_publish_makes_disk_calls_in_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = at_step(monkeypatch, None, fail(errno.EIO))
    publish(store, "old")
    assert calls == STEPS


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_publish_full_disk_at_any_step_keeps_live_generation(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    old = publish(store, "old")
    with monkeypatch.context() as patch:
        at_step(patch, step, fail(errno.ENOSPC))
        with pytest.raises(GenerationError) as caught:
            publish(store, "new")
    assert str(caught.value) == f"{store.root}: {NO_SPACE}"
    assert content(store) == ("new" if step >= SWITCHED else "old")
    assert entries(store) == sorted({old, store.live().manifest.id})
    assert sorted(path.name for path in store.root.iterdir() if path.name != ".lock") == ["generations", "live.json"]
    publish(store, "newer")
    assert content(store) == "newer"


@pytest.mark.parametrize("step", range(SWITCHED))
def test_publish_full_disk_in_first_build_leaves_no_generation(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    at_step(monkeypatch, step, fail(errno.ENOSPC))
    with pytest.raises(GenerationError):
        publish(store, "new")
    assert entries(store) == []
    with pytest.raises(GenerationError) as caught:
        store.live()
    assert str(caught.value) == f"no index at {store.root}; run: report-index build"


@pytest.mark.parametrize("step", range(4))
def test_rollback_full_disk_keeps_live_generation(store: Store, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    ids = [publish(store, "old"), publish(store, "new")]
    with monkeypatch.context() as patch:
        at_step(patch, step, fail(errno.ENOSPC))
        with pytest.raises(GenerationError) as caught:
            store.rollback()
    assert str(caught.value) == f"{store.root}: {NO_SPACE}"
    assert content(store) == ("old" if step == 3 else "new")
    assert entries(store) == ids


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_building_after_killed_build_removes_leftovers(store: Store, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    old = publish(store, "old")
    child = os.fork()
    if child == 0:
        at_step(monkeypatch, step, lambda _: os.kill(os.getpid(), signal.SIGKILL))
        try:
            publish(store, "new")
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert content(store) == ("new" if step >= SWITCHED else "old")
    assert len(entries(store)) > 1
    live = store.live().manifest.id
    with store.building() as staging:
        assert entries(store) == sorted({old, live, staging.name})
    assert entries(store) == sorted({old, live})


@pytest.mark.process
def test_building_killed_process_releases_lock(store: Store) -> None:
    publish(store, "old")
    script = (
        "import sys; from pathlib import Path; from index.generations.store import Store\n"
        "with Store(Path(sys.argv[1]), 2).building() as staging:\n"
        "    (staging / 'text').write_text('half')\n"
        "    print('built', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(store.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"built\n"
        with pytest.raises(BusyError):
            publish(store, "new")
        assert content(store) == "old"
        assert any(name.startswith(".building-") for name in entries(store))
        other.kill()
    publish(store, "new")
    assert content(store) == "new"
    assert not any(name.startswith(".building-") for name in entries(store))


@pytest.mark.parametrize(("code", "reason"), [(errno.EROFS, "Read-only file system"), (errno.EACCES, "Permission denied")])
def test_building_read_only_folder_raises_generation_error(
    store: Store, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    publish(store, "old")

    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refuse)
        with pytest.raises(GenerationError) as caught, store.building():
            pass
    assert str(caught.value) == f"{store.root}: {reason}; {NOT_WRITABLE}"
    assert content(store) == "old"


def test_building_root_is_file_raises_generation_error(tmp_path: Path) -> None:
    (tmp_path / "index").touch()
    with pytest.raises(GenerationError) as caught, Store(tmp_path / "index", 2).building():
        pass
    assert str(caught.value) == f"{tmp_path}/index: File exists; check the folder and its disk, then run the command again"


def test_building_os_error_in_body_raises_generation_error(store: Store) -> None:
    old = publish(store, "old")
    with pytest.raises(GenerationError) as caught, store.building():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "vectors.bin")
    assert str(caught.value) == f"vectors.bin: {NO_SPACE}"
    assert entries(store) == [old]


def test_building_undeletable_leftover_logs_warning_and_continues(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    leftover = store.root / "generations" / ".building-old"
    leftover.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda _: fail(errno.EACCES)(store.root))
        publish(store, "new")
    assert content(store) == "new"
    assert f"{leftover}: left behind (Permission denied); the next build tries again" in caplog.messages
    publish(store, "newer")
    assert ".building-old" not in entries(store)


def test_store_os_error_without_path_names_index_folder(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, "old")
    expected = f"{store.root}: Input/output error; check the folder and its disk, then run the command again"

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(GenerationError) as caught:
        store.load(broken)
    assert str(caught.value) == expected
    monkeypatch.setattr(Path, "exists", broken)
    with pytest.raises(GenerationError) as caught:
        store.live_id()
    assert str(caught.value) == expected
