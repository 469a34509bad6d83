"""办事指南 as data: what each region prints about a matter, and what the engine reads from it.

`load_guide(root, slug, region)` gives the resolved, frozen guide; `load_regions(root)` the regions (统筹区).
"""

from engine.guides.loading import (
    catalogue_of,
    check_slug,
    load_guide,
    load_regions,
    matters,
    redundant_overrides,
    resolve,
)
from engine.guides.merge import merge
from engine.guides.model import (
    Alternative,
    ExtensionLevel,
    Guide,
    Limit,
    LimitCase,
    Material,
    MatterSummary,
    Note,
    Office,
    Region,
    RegionOffice,
    Step,
)

__all__ = [
    "Alternative",
    "ExtensionLevel",
    "Guide",
    "Limit",
    "LimitCase",
    "Material",
    "MatterSummary",
    "Note",
    "Office",
    "Region",
    "RegionOffice",
    "Step",
    "catalogue_of",
    "check_slug",
    "load_guide",
    "load_regions",
    "matters",
    "merge",
    "redundant_overrides",
    "resolve",
]
