# SPDX-License-Identifier: Apache-2.0
import json
import sys

spec = json.load(sys.stdin)
for names in spec["process"]["capabilities"].values():
    if "CAP_NET_RAW" in names:
        names.remove("CAP_NET_RAW")
json.dump(spec, sys.stdout)
