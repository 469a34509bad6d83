"""Forms: definitions in a subset of the form-js schema, validated and shown by our own code.

form-js itself is not run: its English is hard-coded and every rule would be written twice. Here one server
function validates a field on change and on submit, for HTML forms and for typed input alike.

    form = load_form(root, slug, "application", region)
    submission = validate(form, raw, FormContext(now=..., guide=..., agency=True))
"""

from engine.forms.context import FormContext
from engine.forms.loading import form_of, load_definition, load_form
from engine.forms.materials import Owed, materials_missing, materials_owed
from engine.forms.model import Field, Form, Group, Option, Rule, Text
from engine.forms.presenting import Shown, present
from engine.forms.printed import form_fields
from engine.forms.validation import understood, validate, validate_field
from engine.forms.view import form_view, prefill
from engine.forms.view_parts import FormView, MaterialRow, Row, Section
from engine.forms.withholding import RESTRICTED, has_restricted, without_restricted

__all__ = [
    "RESTRICTED",
    "Field",
    "Form",
    "FormContext",
    "FormView",
    "Group",
    "MaterialRow",
    "Option",
    "Owed",
    "Row",
    "Rule",
    "Section",
    "Shown",
    "Text",
    "form_fields",
    "form_of",
    "form_view",
    "has_restricted",
    "load_definition",
    "load_form",
    "materials_missing",
    "materials_owed",
    "prefill",
    "present",
    "understood",
    "validate",
    "validate_field",
    "without_restricted",
]
