// SPDX-License-Identifier: Apache-2.0
// cel.go POLICY PODS: what cel.mjs does, by the evaluator that Kubernetes, Gatekeeper and
// Kyverno use: for each pod its name and what the exported policy, as JSON, says of it.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
)

func must[T any](v T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return v
}

func read(name string) (v map[string]any) {
	if err := json.Unmarshal(must(os.ReadFile(name)), &v); err != nil {
		must(0, err)
	}
	return v
}

func main() {
	policy, pods := read(os.Args[1]), read(os.Args[2])
	spec := policy["spec"].(map[string]any)
	if policy["kind"] == "ConstraintTemplate" {
		target := spec["targets"].([]any)[0].(map[string]any)
		spec = target["code"].([]any)[0].(map[string]any)["source"].(map[string]any)
	}
	env := must(cel.NewEnv(cel.HomogeneousAggregateLiterals(), cel.EagerlyValidateDeclarations(true),
		cel.DefaultUTCTimeZone(true), cel.OptionalTypes(), ext.Strings(ext.StringsVersion(2)), ext.Sets(),
		cel.Variable("object", cel.DynType), cel.Variable("request", cel.DynType), cel.Variable("variables", cel.DynType)))
	compile := func(expression any) cel.Program {
		ast, issues := env.Compile(expression.(string))
		if issues.Err() != nil {
			must(0, issues.Err())
		}
		return must(env.Program(ast, cel.CostLimit(10000000))) // Kubernetes' limit for one policy
	}
	type rule struct {
		name    string
		program cel.Program
	}
	rules := func(key, name string) (v []rule) {
		for _, entry := range spec[key].([]any) {
			m := entry.(map[string]any)
			v = append(v, rule{m[name].(string), compile(m["expression"])})
		}
		return v
	}
	variables, validations := rules("variables", "name"), rules("validations", "message")
	for _, item := range pods["items"].([]any) {
		object := item.(map[string]any)
		known := map[string]any{"anyObject": object}
		scope := map[string]any{"object": object, "request": map[string]any{"operation": "CREATE"}, "variables": known}
		for _, v := range variables {
			value, _, err := v.program.Eval(scope)
			must(0, err)
			known[v.name] = value
		}
		verdict := "pass"
		for _, v := range validations {
			value, _, err := v.program.Eval(scope)
			must(0, err)
			if value.Value() != true {
				verdict = "refuse"
			}
		}
		fmt.Printf("%s\t%s\n", object["metadata"].(map[string]any)["name"], verdict)
	}
}
