"""Checks the examples of docs/examples/gateway against docs/gateway.schema.json.

schema.py DOCS prints a line per example, `FILE accepts`, `FILE refuses` or `FILE cannot be read`.
"""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    sys.exit("jsonschema is missing: install it with 'apt-get install python3-jsonschema'")

docs = pathlib.Path(sys.argv[1])
schema = json.loads((docs / "gateway.schema.json").read_text("utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)


def no_constant(word):
    """Python reads NaN and Infinity, which RFC 8259 does not know."""
    raise ValueError(word)


index = json.loads((docs / "examples/gateway/index.json").read_text("utf-8"))
for entry in index["good"] + index["bad"]:
    part = "status" if entry["topic"].endswith("/status") else "telemetry"
    # The part for the topic, and the schema as a whole: both have to say the same.
    validators = [
        jsonschema.Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/" + part}]}),
        jsonschema.Draft202012Validator(schema),
    ]
    text = (docs / "examples/gateway" / entry["file"]).read_text("utf-8")
    try:
        payload = json.loads(text, parse_constant=no_constant)
    except ValueError:
        print(entry["file"], "cannot be read")
        continue
    answers = {validator.is_valid(payload) for validator in validators}
    assert len(answers) == 1, entry["file"]
    print(entry["file"], "accepts" if answers == {True} else "refuses")
