// Builds a kustomization as kustomize does, for machines without it: the fields that infra/k8s uses, and no others.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Manifest } from './workload.ts';

export type { Manifest };

const Kustomization = z.strictObject({
  apiVersion: z.string(),
  kind: z.enum(['Kustomization', 'Component']),
  namespace: z.string().optional(),
  resources: z.array(z.string()).default([]),
  components: z.array(z.string()).default([]),
  configMapGenerator: z
    .array(
      z.strictObject({
        name: z.string(),
        files: z.array(z.string()),
        options: z.strictObject({ disableNameSuffixHash: z.literal(true) }),
      }),
    )
    .default([]),
  images: z.array(z.strictObject({ name: z.string(), newName: z.string(), newTag: z.string() })).default([]),
  patches: z
    .array(
      z.strictObject({ target: z.strictObject({ kind: z.string(), name: z.string() }), patch: z.string() }),
    )
    .default([]),
});

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A merge of objects. Lists are merged by keys that differ from kind to kind, so a patch with a list is rejected. */
function merge(into: Json, patch: Json): Json {
  const merged = { ...into };
  for (const [key, value] of Object.entries(patch)) {
    if (Array.isArray(value)) throw new Error(`a patch has the list ${key} (write a resource instead)`);
    const before = merged[key];
    merged[key] = isObject(value) ? merge(isObject(before) ? before : {}, value) : value;
  }
  return merged;
}

/** Every object with its images replaced. */
function withImages<T>(value: T, images: z.infer<typeof Kustomization>['images']): T {
  if (Array.isArray(value)) return value.map((item) => withImages(item, images)) as T;
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const image = key === 'image' ? images.find(({ name }) => name === inner) : undefined;
    return [key, image ? `${image.newName}:${image.newTag}` : withImages(inner, images)];
  });
  return Object.fromEntries(entries) as T;
}

const inNamespace = (object: Manifest, namespace: string): Manifest =>
  object.kind === 'Namespace' ? object : { ...object, metadata: { ...object.metadata, namespace } };

function load(path: string): Manifest[] {
  if (statSync(path).isDirectory()) return build(path);
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as Manifest);
}

function configMap(folder: string, name: string, files: readonly string[]): Manifest {
  const data = files.map((file) => [basename(file), readFileSync(join(folder, file), 'utf8')]);
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: Object.fromEntries(data) };
}

/** `objects` with those of the kustomization in a folder, and changed by it. */
function accumulate(folder: string, objects: readonly Manifest[]): Manifest[] {
  const file = join(folder, 'kustomization.yaml');
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  const own = Kustomization.parse(parse(readFileSync(file, 'utf8')));
  const added = own.resources.flatMap((path) => load(join(folder, path)));
  const generated = own.configMapGenerator.map(({ name, files }) => configMap(folder, name, files));
  const all = own.components.reduce<Manifest[]>(
    (before, component) => accumulate(join(folder, component), before),
    [...objects, ...added, ...generated],
  );
  const patched = own.patches.reduce<Manifest[]>((before, { target, patch }) => {
    const isTarget = ({ kind, metadata }: Manifest) => kind === target.kind && metadata.name === target.name;
    return before.map((object) => (isTarget(object) ? (merge(object, parse(patch)) as Manifest) : object));
  }, all);
  const imaged = withImages(patched, own.images);
  const { namespace } = own;
  return namespace ? imaged.map((object) => inNamespace(object, namespace)) : imaged;
}

/** Kind and name, such as `Deployment worker`. */
export const idOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

/** The objects of the kustomization in a folder. Throws an Error for two of one name, and for a field that is not known here. */
export function build(folder: string): Manifest[] {
  const objects = accumulate(folder, []);
  const ids = objects.map(idOf);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice) throw new Error(`${folder} has ${twice} twice`);
  return objects;
}
