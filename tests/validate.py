#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""validate.py SCHEMA DOCUMENT: status 0 when the document is valid."""
import json
import sys

import jsonschema

schema, document = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3])
cls = jsonschema.validators.validator_for(schema)
cls.check_schema(schema)
errors = sorted(cls(schema).iter_errors(document), key=lambda e: list(map(str, e.path)))
for error in errors[:10]:
    print("/".join(map(str, error.path)), error.message[:300])
sys.exit(1 if errors else 0)
