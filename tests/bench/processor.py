"""What the processor is that times are measured on: ratios differ between those with AVX2, AVX-512, VNNI and AMX."""

import os
import platform
from pathlib import Path

FEATURES = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_bf16", "amx_int8")


def describe(cpuinfo: str) -> str:
    """The model and the features that matter of the first processor in the text of /proc/cpuinfo, in one line."""
    values = dict(map(str.strip, line.split(":", 1)) for line in reversed(cpuinfo.splitlines()) if ":" in line)
    flags = set(values.get("flags", "").split())
    features = [feature for feature in FEATURES if feature in flags]
    return f"{values.get('model name', platform.machine())}, {os.cpu_count()} cores: {', '.join(features) or 'no AVX2'}"


def this() -> str:
    """The same of this machine."""
    file = Path("/proc/cpuinfo")
    return describe(file.read_text("utf-8") if file.exists() else "")
