"""The cost of a password's hash is the library's; the tests themselves hash at a lower one (tests/conftest.py)."""

from __future__ import annotations

import subprocess
import sys

from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from engine.passwords import verify_password

PASSWORD = "三个字以上的密码 2026"
HASH = f"from engine.passwords import hash_password; print(hash_password({PASSWORD!r}))"


def test_the_product_hashes_at_the_cost_that_the_library_advises() -> None:
    hashed = subprocess.run([sys.executable, "-c", HASH], check=True, capture_output=True, text=True).stdout.strip()
    assert extract_parameters(hashed) == RFC_9106_LOW_MEMORY
    assert extract_parameters(PasswordHasher().hash(PASSWORD)) == RFC_9106_LOW_MEMORY
    assert verify_password(hashed, PASSWORD)
    assert not verify_password(hashed, PASSWORD + "!")
