// The overlays as kustomize builds them, where it is on PATH.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { inCheckout } from '../write.ts';
import { build, idOf } from './kustomize.fixture.ts';
import type { Manifest } from './workload.ts';

const byId = (objects: readonly Manifest[]) =>
  Object.fromEntries(objects.map((object) => [idOf(object), object]));

/** What kustomize prints, on its own or in kubectl; undefined where neither is on PATH. */
async function fromPath(folder: string): Promise<Manifest[] | undefined> {
  for (const [program, command] of [
    ['kustomize', 'build'],
    ['kubectl', 'kustomize'],
  ] as const) {
    const { code, failed, stdout, stderr } = await execa(program, [command, folder], { reject: false });
    if (code === 'ENOENT') continue;
    if (failed) throw new Error(stderr);
    return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  }
  return undefined;
}

it.each(['local', 'aws'])('the overlay %s is built as kustomize builds it', async (overlay) => {
  const folder = inCheckout(`infra/k8s/overlays/${overlay}`);
  const own = build(folder);
  expect(own.length).toBeGreaterThan(30);
  const built = (await fromPath(folder)) ?? own;
  expect(byId(own)).toEqual(byId(built));
});

it.each([
  ['vars: []', /Unrecognized key: ..vars/],
  ['resources: [a.yaml, a.yaml]', /ConfigMap a twice/],
  ['resources: [nowhere.yaml]', /nowhere\.yaml/],
  [
    'resources: [a.yaml]\npatches: [{ target: { kind: ConfigMap, name: a }, patch: "x: [1]" }]',
    /a patch has the list x/,
  ],
])('a kustomization with %j is rejected', (text, problem) => {
  const folder = mkdtempSync(join(tmpdir(), 'kustomize-'));
  writeFileSync(join(folder, 'a.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  writeFileSync(join(folder, 'kustomization.yaml'), `apiVersion: v1\nkind: Kustomization\n${text}\n`);
  expect(() => build(folder)).toThrow(problem);
  rmSync(folder, { recursive: true });
});
