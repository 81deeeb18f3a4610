// `node make-schema.ts FOLDER` writes ../generated/kubernetes.json from an unpacked npm package @kubernetes/client-node, whose models are generated
// from the OpenAPI description of a Kubernetes release. The package itself has 60 MB, the schemas of these kinds 60 kB.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The kinds that the manifests have, by their model in the package, each with its `apiVersion`. */
const KINDS = {
  V1ConfigMap: 'v1',
  V1Deployment: 'apps/v1',
  V1Job: 'batch/v1',
  V1Namespace: 'v1',
  V1NetworkPolicy: 'networking.k8s.io/v1',
  V1PodDisruptionBudget: 'policy/v1',
  V1Secret: 'v1',
  V1Service: 'v1',
  V1ServiceAccount: 'v1',
  V1StatefulSet: 'apps/v1',
  V2HorizontalPodAutoscaler: 'autoscaling/v2',
};

type Schema = Record<string, unknown>;
const BASIC: Record<string, Schema> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  any: {},
  object: {},
  Date: { type: 'string' },
  V1MicroTime: { type: 'string' },
  IntOrString: { type: ['integer', 'string'] },
};

const models = join(process.argv[2] ?? '.', 'dist/gen/models');
const $defs: Record<string, Schema> = {};

async function schemaOf(type: string, format: string): Promise<Schema> {
  const [, of] = /^Array<(.*)>$/.exec(type) ?? [];
  if (of) return { type: 'array', items: await schemaOf(of, format) };
  const [, value] = /^\{ \[key: string\]: (.*); \}$/.exec(type) ?? [];
  if (value) return { type: 'object', additionalProperties: await schemaOf(value, format) };
  if (type === 'number') return { type: format.startsWith('int') ? 'integer' : 'number' };
  if (BASIC[type]) return BASIC[type];
  await define(type);
  return { $ref: `#/$defs/${type}` };
}

async function define(model: string): Promise<void> {
  if ($defs[model]) return;
  const schema: Schema = { type: 'object', additionalProperties: false };
  $defs[model] = schema;
  const [types, code] = await Promise.all(
    ['d.ts', 'js'].map((end) => readFile(join(models, `${model}.${end}`), 'utf8')),
  );
  const [, list = '[]'] = /attributeTypeMap = (\[[\s\S]*?\n?\]);/.exec(code ?? '') ?? [];
  const fields = JSON.parse(list) as { name: string; baseName: string; type: string; format: string }[];
  const properties: Schema = {};
  for (const { baseName, type, format } of fields) properties[baseName] = await schemaOf(type, format);
  const required = fields.filter(({ name }) => types?.includes(`    '${name}': `));
  Object.assign(schema, { properties });
  if (required.length > 0) Object.assign(schema, { required: required.map(({ baseName }) => baseName) });
}

const kinds: Record<string, string> = {};
for (const [model, apiVersion] of Object.entries(KINDS)) {
  await define(model);
  kinds[`${apiVersion} ${model.replace(/^V\d/, '')}`] = model;
}
const { version } = JSON.parse(await readFile(join(process.argv[2] ?? '.', 'package.json'), 'utf8'));
const $comment = `Made by make-schema.ts from @kubernetes/client-node ${version}.`;
const text = JSON.stringify({ $comment, kinds, $defs });
await writeFile(new URL('../generated/kubernetes.json', import.meta.url), `${text}\n`);
