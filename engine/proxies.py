"""Which machines in front of the web server are believed when they say for whom they ask.

FORWARDED_ALLOW_IPS is the web server's own variable: addresses or networks, separated by commas; `*` for any, where
nothing but the proxy reaches us. This machine itself is always believed.
"""

from __future__ import annotations

import ipaddress
import os
from functools import lru_cache

from engine.errors import InvalidInput

VARIABLE = "FORWARDED_ALLOW_IPS"
ANY = "*"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def named() -> str:
    """As the installation says it; '' where it names none."""
    return os.environ.get(VARIABLE, "").strip()


@lru_cache(maxsize=8)
def networks(text: str) -> tuple[Network, ...]:
    """Raises InvalidInput, with the part that is no address and no network."""
    found: list[Network] = []
    for part in (part.strip() for part in text.split(",")):
        if part in ("", ANY):
            continue
        try:
            found.append(ipaddress.ip_network(part))
        except ValueError as error:
            raise InvalidInput(
                f"环境变量 {VARIABLE} 中的“{part}”不是地址或网段；"
                "应为反向代理的地址，用逗号分隔，如 10.0.0.5,10.0.1.0/24"
            ) from error
    return tuple(found)


def believed(peer: str) -> bool:
    """Whether the machine at this address is a proxy of ours; a socket of this machine has no address."""
    text = named()
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return not peer or ANY in text.split(",")
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or ANY in text.split(",") or any(address in network for network in networks(text))
