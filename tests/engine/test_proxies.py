"""A machine that says for whom it asks is believed when the installation names it."""

from __future__ import annotations

import pytest

from engine import proxies
from engine.cli import main
from engine.errors import InvalidInput


@pytest.mark.parametrize(
    ("named", "peer", "answer"),
    [
        ("", "127.0.0.1", True),
        ("", "::1", True),
        ("", "", True),  # a socket of this machine
        ("", "10.0.0.5", False),
        ("10.0.0.5, 10.0.1.0/24", "10.0.0.5", True),
        ("10.0.0.5, 10.0.1.0/24", "10.0.1.77", True),
        ("10.0.0.5, 10.0.1.0/24", "10.0.2.1", False),
        ("10.0.0.5", "::ffff:10.0.0.5", True),  # as a server that listens on IPv6 sees it
        ("2001:db8::/32", "2001:db8::7", True),
        ("*", "203.0.113.9", True),
        ("10.0.0.5", "nonsense", False),
    ],
)
def test_who_is_believed(monkeypatch: pytest.MonkeyPatch, named: str, peer: str, answer: bool) -> None:
    monkeypatch.setenv(proxies.VARIABLE, named)
    assert proxies.believed(peer) is answer


def test_what_is_no_address_is_told_before_anything_is_prepared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidInput, match=r"“proxy\.internal”不是地址或网段"):
        proxies.networks("10.0.0.5, proxy.internal")
    monkeypatch.setenv(proxies.VARIABLE, "10.0.0.5/8")
    assert main(["serve", "--port", "18998", "--database", "sqlite:////nowhere/at/all.db"]) == 2
    assert "“10.0.0.5/8”不是地址或网段" in capsys.readouterr().err
