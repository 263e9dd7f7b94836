// SPDX-License-Identifier: Apache-2.0
// cel.mjs POLICY PODS: for each pod its name and what the exported policy, as JSON,
// says of it: "pass", or "refuse" and which validations it fails.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const require = createRequire(process.env.CEL_FROM + '/');
const {Environment} = await import(pathToFileURL(require.resolve('@marcbachmann/cel-js')));
const [policy, pods] = process.argv.slice(2).map((name) => JSON.parse(readFileSync(name)));
const spec = policy.kind === 'ConstraintTemplate' ? policy.spec.targets[0].code[0].source : policy.spec;
const request = {operation: process.env.OPERATION ?? 'CREATE'};
if (process.env.SUBRESOURCE) request.subResource = process.env.SUBRESOURCE;
// Kubernetes puts each variable into the names that follow it.
const env = new Environment({unlistedVariablesAreDyn: true});
const compile = (expression) => env.parse(expression);
const variables = spec.variables.map((v) => [v.name, compile(v.expression)]);
const validations = spec.validations.map((v) => [v.message, compile(v.expression)]);

for (const object of pods.items) {
	const known = {anyObject: object};
	const scope = {object, request, variables: known};
	for (const [name, value] of variables) known[name] = value(scope);
	const failed = validations.filter(([, test]) => test(scope) !== true).map(([message]) => message);
	console.log([object.metadata.name, failed.length ? 'refuse' : 'pass', ...failed].join('\t'));
}
