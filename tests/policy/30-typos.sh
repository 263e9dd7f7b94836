# SPDX-License-Identifier: Apache-2.0
# Typos.
clean
printf '{\n  "version": 1,\n  "allow": ["NET_RWA"]\n}\n' | put "$policydir/policy.json"
prove "a typo stops every container" judge 20 < <(spec '')
prove "and is told with file, line and column" says "$policydir/policy.json:3:13"
prove "and with what was meant" says "did you mean NET_RAW"
printf '{"version":1}' | "$capgate" createRuntime >"$work/out" 2>"$work/err"
prove "in every stage" [ $? -eq 20 ]
