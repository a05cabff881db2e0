"""Checks outgoing REST bodies against Discord's own OpenAPI description, and then against limits it leaves out."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.discord.limits import limit_problems

SPECIFICATION = Path(__file__).parent / "openapi" / "openapi.json"
ROOT = "urn:discord"
# Discord takes snowflakes as JSON numbers too, and discord.py sends some that way; the specification says string only.
SNOWFLAKE = {"anyOf": [{"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}, {"type": "integer", "minimum": 0}]}
LONGEST_MESSAGE = 90


class SpecValidator:
    """A JSON schema validator for each method and path template of the specification, made when first needed.

    Each is there twice: one that tells in a moment whether a body is valid, and one that tells in words what is not.
    """

    def __init__(self, path: Path = SPECIFICATION) -> None:
        specification = json.loads(path.read_text(encoding="utf-8"))
        specification["components"]["schemas"]["SnowflakeType"] = SNOWFLAKE
        resource = Resource(contents=specification, specification=DRAFT202012)
        self._registry = Registry().with_resource(ROOT, resource)
        self._resources = jsonschema_rs.Registry([(ROOT, specification)], draft=jsonschema_rs.Draft202012)
        self._quick: dict[tuple[str, str], jsonschema_rs.Draft202012Validator] = {}
        self._operations = sorted(_operations(specification["paths"]), key=lambda operation: operation[1].count("{"))
        self._validators: dict[tuple[str, str], Draft202012Validator] = {}

    def problems(self, method: str, path: str, body: Any) -> list[str]:
        """Return what Discord's schema says against `body`, each problem led by its place; a bodiless call has none."""
        for known, template, pattern, has_schema in self._operations:
            if known == method and pattern.fullmatch(path):
                return self._check(method, template, body) if has_schema else []
        return [f"{method} {path}: not in the specification"]

    def _check(self, method: str, template: str, body: Any) -> list[str]:
        key = (method, template)
        if key not in self._validators:
            escaped = template.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
            place = f"/paths/{escaped}/{method.lower()}/requestBody/content/application~1json/schema"
            schema = {"$ref": f"{ROOT}#{place}"}
            self._quick[key] = jsonschema_rs.Draft202012Validator(schema, registry=self._resources)
            self._validators[key] = Draft202012Validator(schema, registry=self._registry)
        if self._quick[key].is_valid(body):
            return []
        return [_describe(problem) for problem in self._validators[key].iter_errors(body)]


def _operations(paths: dict[str, Any]) -> Iterator[tuple[str, str, re.Pattern[str], bool]]:
    for template, item in paths.items():
        pattern = re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template)))
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            content = item[method].get("requestBody", {}).get("content", {})
            yield method.upper(), template, pattern, "application/json" in content


def _describe(problem: ValidationError) -> str:
    while problem.context:
        problem = _likeliest(problem.context)
    place = "/".join(map(str, problem.absolute_path))
    if len(problem.message) <= LONGEST_MESSAGE:
        return f"{place}: {problem.message}"
    got = len(problem.instance) if hasattr(problem.instance, "__len__") else repr(problem.instance)
    return f"{place}: {problem.validator} {problem.validator_value!r:.40}, got {got}"


def _likeliest(context: list[ValidationError]) -> ValidationError:
    """Return the deepest error of the union branch that was meant: its `type` fits, and it has the fewest errors."""
    branches: dict[Any, list[ValidationError]] = {}
    for problem in context:
        branches.setdefault(problem.schema_path[0], []).append(problem)

    def distance(problems: list[ValidationError]) -> tuple[bool, bool, int, int]:
        other_kind = any(p.validator == "enum" and list(p.relative_path) == ["type"] for p in problems)
        other_shape = any(p.validator == "type" and not p.relative_path for p in problems)
        return other_kind, other_shape, len(problems), -max(len(p.absolute_path) for p in problems)

    return max(min(branches.values(), key=distance), key=lambda problem: len(problem.absolute_path))


@cache
def _specification() -> SpecValidator:
    return SpecValidator()


def body_problems(method: str, path: str, body: Any) -> list[str]:
    """Return everything Discord would refuse in `body`: first by the specification, then by the written limits."""
    problems = _specification().problems(method, path, body)
    return problems or limit_problems(method, path, body)
