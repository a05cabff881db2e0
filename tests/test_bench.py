"""What a benchmark says of the processor."""

import os

from tests.bench.processor import describe

CPUINFO = "model name\t: Some CPU\nflags\t\t: fpu avx2 avx512f avx512_vnni\n\nmodel name\t: Other\n"


def test_describe_cpuinfo_returns_model_cores_and_features() -> None:
    assert describe(CPUINFO) == f"Some CPU, {os.cpu_count()} cores: avx2, avx512f, avx512_vnni"


def test_describe_cpuinfo_without_features_returns_no_avx2() -> None:
    assert describe("model name : Old\nflags : sse2\n") == f"Old, {os.cpu_count()} cores: no AVX2"
