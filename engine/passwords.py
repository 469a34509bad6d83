"""Passwords: argon2id with the library's defaults, and what we ask of a new one."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from engine.errors import InvalidInput

MIN_LENGTH, MAX_LENGTH = 10, 200

_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without l, i, o, I, O, 0, 1
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Raises InvalidInput for a password that is too short or absurdly long."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInput(f"密码应为 {MIN_LENGTH} 至 {MAX_LENGTH} 个字符")
    return _hasher.hash(password)


def new_password() -> str:
    """A password to hand over and to be changed: 69 bits in 12 characters that are not mistaken for each other."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; None (no such user) takes as long as a wrong one, so that time tells nothing."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
