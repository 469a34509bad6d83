"""The committed bundles: whole, and of packages whose licences are kept beside them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "webapp" / "static" / "vendor"
SOURCES = Path(__file__).resolve().parents[2] / "webapp" / "ui"


def test_every_vendored_file_is_the_one_that_the_manifest_names() -> None:
    listed = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "manifest.json"
    }
    assert found == {name: entry["sha256"] for name, entry in listed.items()}


def test_the_licence_of_every_bundled_package_is_kept_beside_the_bundle() -> None:
    packages = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["packages"]
    third_party = (VENDOR / "THIRD_PARTY.md").read_text(encoding="utf-8")
    assert {"bpmn-js", "diagram-js", "htmx.org", "preact"} <= {package.rsplit("@", 1)[0] for package in packages}
    for package in packages:
        assert f"\n## {package.rsplit('@', 1)[0]} {package.rsplit('@', 1)[1]}\n" in third_party
    assert "the watermark must stay fully visible" in third_party


def test_no_style_sheet_needs_what_our_content_security_policy_refuses() -> None:
    for sheet in VENDOR.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "data:" not in text
        assert "//" not in text.replace("http://www.w3.org/2000/svg", "")


def test_the_lock_file_names_no_registry() -> None:
    lock = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock
