"""A letter on paper: our own HTML and one style sheet become an A4 PDF.

The renderer gets everything as text and may fetch nothing: no network, no file, whatever a letter's words say. The same
letter gives the same bytes: its only date is its own. Pango and a Chinese font are Debian packages and not Python's;
without them everything else works, and the page behind the button says what to install.
"""

from __future__ import annotations

import ctypes
import threading
from functools import lru_cache
from importlib import import_module
from typing import Any

from engine.errors import EngineError

PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-cjk")
NO_FONT = "本机没有可用的中文字体"
RARE = 4  # more characters without a glyph than this: there is no Chinese font at all

QUEUE = 4  # papers being made or waited for; who comes then is asked to come again, or waiting would take every thread

places = threading.BoundedSemaphore(QUEUE)
_one_at_a_time = threading.Lock()  # fontconfig is one for the process; and no crowd of letters takes every core


class PaperUnavailable(EngineError):
    """This machine cannot make PDF files yet: libraries or a Chinese font are missing."""


class PaperBusy(EngineError):
    """Too many papers are being made at this moment."""


class Refused(ValueError):
    """The renderer asked for something outside the letter."""


def paper(html: str, css: str) -> bytes:
    """The PDF of a page. Raises PaperUnavailable, PaperBusy. Takes about a third of a second, of many rows several:
    never inside a write transaction."""
    weasyprint = _weasyprint()
    if not places.acquire(blocking=False):
        raise PaperBusy("正在生成的文件较多，请稍候再试")
    try:
        with _one_at_a_time:
            document = _laid_out(weasyprint, html, css)
            made: bytes = document.write_pdf(pdf_tags=True)
            _require_glyphs(document)
    finally:
        places.release()
    return made


def pages_of(html: str, css: str) -> int:
    """How many sheets a letter takes."""
    with _one_at_a_time:
        return len(_laid_out(_weasyprint(), html, css).pages)


def _laid_out(weasyprint: Any, html: str, css: str) -> Any:
    fonts, fetcher = import_module("weasyprint.text.fonts").FontConfiguration(), _refusing(weasyprint)
    sheet = weasyprint.CSS(string=css, url_fetcher=fetcher, font_config=fonts)
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    return page.render(stylesheets=[sheet], font_config=fonts)


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    """Imported on first use: half a second that no other page needs, and libraries that may be absent."""
    try:
        found = import_module("weasyprint")
    except (OSError, ImportError) as missing:
        raise PaperUnavailable("本机缺少生成 PDF 所需的程序库") from missing
    if not _has_chinese_font():
        raise PaperUnavailable(NO_FONT)
    return found


def _has_chinese_font() -> bool:
    """Asked of fontconfig before Pango is: without any font Pango takes the whole process down. True where nobody knows
    (systems whose fontconfig has another name)."""
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return True
    for name in ("FcInitLoadConfigAndFonts", "FcNameParse", "FcObjectSetCreate", "FcFontList"):
        getattr(fontconfig, name).restype = ctypes.c_void_p
    config = ctypes.c_void_p(fontconfig.FcInitLoadConfigAndFonts())
    pattern = ctypes.c_void_p(fontconfig.FcNameParse(b":lang=zh-cn"))
    families = ctypes.c_void_p(fontconfig.FcObjectSetCreate())
    fontconfig.FcObjectSetAdd(families, b"family")
    listed = ctypes.c_void_p(fontconfig.FcFontList(config, pattern, families))
    return bool(listed) and ctypes.cast(listed, ctypes.POINTER(ctypes.c_int))[0] > 0  # FcFontSet begins with nfont


def _refusing(weasyprint: Any) -> Any:
    """A fetcher that opens nothing; WeasyPrint logs the refusal and leaves the thing out."""

    class Refusing(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise Refused(f"not fetched: {url[:80]}")

    return Refusing()


def _require_glyphs(document: Any) -> None:
    """A letter with empty boxes must not go out; a rare character of a name is told, so that it can be written in."""
    lacking = sorted({code for font in document.fonts.values() for code in font.missing})
    if len(lacking) > RARE:
        raise PaperUnavailable(NO_FONT)
    if lacking:
        raise PaperUnavailable(f"本机的字体缺少文书中的字：{'、'.join(map(chr, lacking))}")
