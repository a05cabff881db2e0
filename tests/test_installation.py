"""The lock files pin all that pyproject.toml asks for, and `make install` installs nothing else."""

import base64
import hashlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = ["requirements.lock", "requirements-server.lock", "requirements-dev.lock"]
PLATFORMS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64")]
PYTHONS = ["3.11.2", "3.11.7", "3.12.1", "3.13.0", "3.14.0"]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def read_lock(name: str) -> list[tuple[Requirement, list[str]]]:
    """The requirements of a lock file with their hashes."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    return [(Requirement(line.partition(" --hash")[0]), HASH.findall(line)) for line in text.splitlines()]


def pinned_versions(locks: list[str], platform: str, machine: str, python: str) -> dict[str, str]:
    """By name, the version that is installed on a platform. Fails if there are two."""
    environment = {"sys_platform": platform, "platform_machine": machine, "python_full_version": python}
    environment |= {"python_version": python.rpartition(".")[0], "platform_system": platform.capitalize()}
    versions: dict[str, str] = {}
    for requirement, _ in (each for lock in locks for each in read_lock(lock)):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            name = canonicalize_name(requirement.name)
            assert name not in versions
            (specifier,) = requirement.specifier
            assert specifier.operator == "=="
            versions[name] = specifier.version
    return versions


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_file_requirements_have_hashes_and_no_urls(lock: str) -> None:
    requirements = read_lock(lock)
    assert len(requirements) > 5
    assert [requirement.name for requirement, hashes in requirements if not hashes] == []
    assert not re.search(r"://|--(?!hash=)", (ROOT / lock).read_text("utf-8"))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("platform", "machine"), PLATFORMS)
def test_lock_files_on_each_platform_pin_pyproject_requirements(platform: str, machine: str, python: str) -> None:
    asked = {
        1: PROJECT["dependencies"] + PYPROJECT["build-system"]["requires"],
        2: EXTRAS["postgresql"] + EXTRAS["milvus"],
        3: [text for extra in EXTRAS.values() for text in extra],
    }
    environment = {"sys_platform": platform, "platform_machine": machine, "python_version": python.rpartition(".")[0]}
    for count, texts in asked.items():
        versions = pinned_versions(LOCKS[:count], platform, machine, python)
        for requirement in map(Requirement, texts):
            if requirement.marker is None or requirement.marker.evaluate(environment):
                assert versions[canonicalize_name(requirement.name)] in requirement.specifier, requirement
        assert [name for name in versions if name.startswith(("nvidia-", "cuda-", "triton"))] == []
        assert versions["torch"].endswith("+cpu") == (platform == "linux")


def test_python_versions_of_makefile_and_pyproject_agree() -> None:
    bounds = re.search(r"not \((\d+), (\d+)\) <= sys.version_info\[:2\] < \((\d+), (\d+)\)", (ROOT / "Makefile").read_text())
    assert bounds
    assert SpecifierSet(PROJECT["requires-python"]) == SpecifierSet(">={}.{},<{}.{}".format(*bounds.groups()))
    supported = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if "Python :: 3." in each]
    assert supported == [f"{bounds[1]}.{minor}" for minor in range(int(bounds[2]), int(bounds[4]))]


def write_wheel(folder: Path, name: str, version: str) -> str:
    """A wheel with one empty module. Returns its line of a lock file."""
    info, path = f"{name}-{version}.dist-info", folder / f"{name}-{version}-py3-none-any.whl"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{info}/RECORD,,\n"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{file},sha256={digest},{len(text)}\n"
            wheel.writestr(file, text)
        wheel.writestr(f"{info}/RECORD", record)
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


BACKEND = """
import shutil

def build_editable(folder, config_settings=None, metadata_directory=None):
    return shutil.copy("wheels/tiny-1-py3-none-any.whl", folder).rpartition("/")[2]
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project that asks for PyTorch and one more package, with the Makefile and both wheels."""
    folder = tmp_path / "a folder 與空白"
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    (folder / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    (folder / "backend.py").write_text(BACKEND)
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "tiny"\nversion = "1"\n'
    )
    write_wheel(wheels, "tiny", "1")
    (folder / "requirements.lock").write_text(write_wheel(wheels, "torch", "1+cpu") + write_wheel(wheels, "other", "2"))
    return folder


def make_install(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `make install` with the wheels of a checkout and no index at all."""
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": (folder / "wheels").as_uri(),
    }
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
    command = ["make", "--no-print-directory", "install", f"PYTHON={base}", "TORCH_INDEX=file:///no-index"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def installed(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / ".venv").glob("lib/python*/site-packages/*.py"))


@pytest.mark.process
def test_make_install_changed_lock_file_installs_again(checkout: Path) -> None:
    done = make_install(checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert installed(checkout) == ["other", "tiny", "torch"]
    assert make_install(checkout).stdout == "make: Nothing to be done for 'install'.\n"
    with (checkout / "requirements.lock").open("a") as lock:
        lock.write(write_wheel(checkout / "wheels", "third", "3"))
    assert make_install(checkout).returncode == 0
    assert installed(checkout) == ["other", "third", "tiny", "torch"]


@pytest.mark.process
def test_make_install_wrong_hash_fails(checkout: Path) -> None:
    write_wheel(checkout / "wheels", "other", "2")
    lock = checkout / "requirements.lock"
    lock.write_text(re.sub(r"(other==2 \\\n    --hash=sha256:).*", rf"\g<1>{'0' * 64}", lock.read_text()))
    done = make_install(checkout)
    assert done.returncode == 2
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
    assert done.stdout.splitlines()[-1] == "not installed, for the reason above; make goes on where it stopped"
    assert installed(checkout) == ["torch"]


@pytest.mark.process
def test_make_install_other_pytorch_build_is_not_installed(checkout: Path) -> None:
    (checkout / "wheels" / "torch-1+cpu-py3-none-any.whl").unlink()
    write_wheel(checkout / "wheels", "torch", "1")
    done = make_install(checkout)
    assert done.returncode == 2
    assert "No matching distribution found for torch==1+cpu" in done.stderr
    assert done.stdout.splitlines()[-1] == (
        "PyTorch's CPU build is needed, from file:///no-index or a mirror: make TORCH_INDEX=..."
    )
    assert installed(checkout) == []
