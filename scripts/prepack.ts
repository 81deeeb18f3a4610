// What `pnpm pack` takes of a package that others install: dist. Node strips no types below node_modules, so that is not the
// sources on which this workspace runs but JavaScript and types, and a manifest that says where they are.
// Runs in the package's folder.
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { execa } from 'execa';

// Or a file whose source is gone would be packed again.
await rm('dist', { recursive: true, force: true });
await execa('tsc', ['-p', 'tsconfig.dist.json'], { stdio: 'inherit' });

const { name, version, type, license, description, engines, exports, bin, dependencies, ...rest } =
  JSON.parse(await readFile('package.json', 'utf8'));
const { peerDependencies, peerDependenciesMeta } = rest;

const isForTestsHere = (source: string) => source.endsWith('.fixture.ts');
const fileOf = (source: string) => source.replace('./src/', './').replace(/\.ts$/, '');
const compiled = Object.entries<string>(exports)
  .filter(([, source]) => !isForTestsHere(source))
  .map(([subpath, source]) => {
    const file = fileOf(source);
    return [subpath, { types: `${file}.d.ts`, default: `${file}.js` }];
  });
const commands = Object.entries<string>(bin ?? {}).map(([command, source]) => [
  command,
  `${fileOf(source)}.js`,
]);
/** Libraries with which a program speaks are its own, in its own version: two copies would be two sets of classes. */
const own = Object.entries(dependencies).filter(([library]) => !(library in (peerDependencies ?? {})));

const manifest = {
  ...{ name, version, type, license, description, engines },
  exports: Object.fromEntries(compiled),
  ...(bin && { bin: Object.fromEntries(commands) }),
  dependencies: Object.fromEntries(own),
  ...{ peerDependencies, peerDependenciesMeta },
};
await writeFile('dist/package.json', `${JSON.stringify(manifest, null, 2)}\n`);
await copyFile('README.md', 'dist/README.md');
await copyFile('../../LICENSE', 'dist/LICENSE');
