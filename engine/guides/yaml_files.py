"""Reading our YAML: safe, and strict where PyYAML is not (a key given twice silently loses the first)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from engine.errors import InvalidGuide

# libyaml's parser where the package has it: ten times as fast, and a library has some three hundred files
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH = 50  # mappings and lists inside each other; our guides have ten, and composing recurses


class _StrictLoader(_Safe):  # type: ignore[misc]  # one of two classes, chosen when the module is imported
    """SafeLoader that refuses a mapping with the same key twice."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise InvalidGuide(f"第{key_node.start_mark.line + 1}行：“{key}”重复出现")
        seen.add(key)
    loader.flatten_mapping(node)
    value: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return value


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds; InvalidGuide names the file and the line. Not to be changed: it is kept.

    Read again only when the file has changed: lists of matters read every guide, and YAML is slow.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise InvalidGuide(f"{path}：无法读取（{error.strerror}）") from error
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)  # a guide and examples of every matter, with room: one too many would lose all in turn
def _read(path: Path, changed: int, size: int) -> dict[str, Any]:
    try:
        return mapping_of(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise InvalidGuide(f"{path}：无法读取（{error.strerror}）") from error
    except UnicodeDecodeError as error:
        raise InvalidGuide(f"{path.name}：应为 UTF-8 编码") from error


def _refuse_depth(text: str) -> None:
    """Before anything recurses: libyaml's composer would take the whole process with it."""
    depth = 0
    for event in yaml.parse(text, Loader=_Safe):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise InvalidGuide(f"第{line}行：嵌套超过 {MAX_DEPTH} 层")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def mapping_of(text: str, name: str) -> dict[str, Any]:
    """The mapping that a YAML text holds; InvalidGuide names the file and the line."""
    try:
        _refuse_depth(text)
        value = yaml.load(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        raise InvalidGuide(f"{name}：不是有效的 YAML：{' '.join(str(error).split())}") from error
    except InvalidGuide as error:
        raise InvalidGuide(f"{name}：{error.message}") from error
    except ValueError as error:  # what looks like a date and is none
        raise InvalidGuide(f"{name}：有无法识别的日期或数字（{error}）") from error
    if not isinstance(value, dict):
        raise InvalidGuide(f"{name}：最外层应为键值对")
    return value
