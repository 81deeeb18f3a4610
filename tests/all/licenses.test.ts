// The software bill of materials and the licences, as `npm run sbom` and `npm run licenses` print them.
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { ROOT } from './root.ts';

/** Licences that the MIT licence of this repository is compatible with. */
const ALLOWED =
  /^(MIT|MIT-0|ISC|0BSD|BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-[34]\.0|Python-2\.0|Unlicense|WTFPL|PostgreSQL|MPL-2\.0|Public Domain)$/;

const run = (script: string, ...args: string[]) =>
  execa('npm', ['run', '-s', script, '--', ...args], { cwd: ROOT });

it('the SBOM is CycloneDX and lists the dependencies of the tracing package', async () => {
  const { bomFormat, components } = JSON.parse((await run('sbom')).stdout);
  expect(bomFormat).toBe('CycloneDX');
  const names = components.map(({ group, name }: { group?: string; name: string }) =>
    group ? `${group}/${name}` : name,
  );
  expect(names).toEqual(expect.arrayContaining(['@opentelemetry/sdk-node', 'pino']));
});

it('every production dependency has an allowed licence', async () => {
  const byLicence: Record<string, { name: string }[]> = JSON.parse(
    (await run('licenses', '--prod', '--json')).stdout,
  );
  const isAllowed = (licence: string) =>
    licence
      .replaceAll(/[()]/g, '')
      .split(/ (?:OR|AND) /)
      .some((part) => ALLOWED.test(part));
  const refused = Object.entries(byLicence).filter(([licence]) => !isAllowed(licence));
  expect(refused.map(([licence, packages]) => [licence, packages.map(({ name }) => name)])).toEqual([]);
  expect(Object.keys(byLicence).length).toBeGreaterThan(1);
});
