// LocalStack from PyPI as a program of this machine, in a virtual environment that is kept for the next run.
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Program, Programs } from '@trace-mesh/embedded/program';
import { execa } from 'execa';

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
const INIT = fileURLToPath(new URL('../../localstack/init', import.meta.url));
/** LocalStack 4.14 needs 3.12. */
const VERSIONS = ['3.13', '3.12'];
const USABLE = `import sys, venv, ensurepip; sys.exit(f"{sys.version_info[0]}.{sys.version_info[1]}" not in ${JSON.stringify(VERSIONS)})`;

/** A Python that can run LocalStack: on PATH, or one of pyenv's, whose commands on PATH run only the chosen version. */
export async function findPython(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const names = [...VERSIONS.map((version) => `python${version}`), 'python3', 'python'];
  const pyenv = env.PYENV_ROOT ?? join(env.HOME ?? '', '.pyenv');
  const installed = globSync(join(pyenv, 'versions/*/bin/python'));
  for (const python of [...names, ...installed]) {
    const { exitCode } = await execa(python, ['-c', USABLE], { reject: false });
    if (exitCode === 0) return python;
  }
  return undefined;
}

interface Install {
  env: NodeJS.ProcessEnv;
  onProgress: (line: string) => void;
  signal: AbortSignal;
}

/** The Python of an environment with the packages of requirements.txt; installs them at the first time. */
export async function localStackPython(
  python: string,
  { env, onProgress, signal }: Install,
): Promise<string> {
  const cache = env.XDG_CACHE_HOME ?? join(env.HOME ?? '', '.cache');
  const { stdout: version } = await execa(python, ['--version']);
  const hash = createHash('sha256')
    .update(version)
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, 'trace-mesh', `localstack-${hash}`);
  const installed = join(folder, 'bin/python');
  if (existsSync(installed)) return installed;
  onProgress(`installing LocalStack from PyPI into ${folder} (once, about a minute)`);
  const unfinished = `${folder}.${process.pid}`;
  const options = { cancelSignal: signal, env: { PIP_DISABLE_PIP_VERSION_CHECK: '1' } };
  try {
    await mkdir(dirname(folder), { recursive: true });
    await execa(python, ['-m', 'venv', unfinished], options);
    await execa(join(unfinished, 'bin/python'), ['-m', 'pip', 'install', '-q', '-r', REQUIREMENTS], options);
    await rename(unfinished, folder);
  } catch (error) {
    signal.throwIfAborted();
    // Another run may have installed it meanwhile.
    if (!existsSync(installed)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return installed;
}

/** The program, with compose's scripts that keep the messages over a restart, and its address. */
export async function localStackProgram(python: string, { nextPort, runDir }: Programs) {
  const address = `127.0.0.1:${nextPort()}`;
  const data = join(runDir, 'localstack');
  // Outside a container it looks for its scripts below the root that it is given.
  const scripts = join(data, 'etc/localstack');
  await mkdir(scripts, { recursive: true });
  await symlink(INIT, join(scripts, 'init'));
  const program = {
    name: 'localstack',
    command: python,
    args: ['-m', 'localstack.runtime.main'],
    env: {
      GATEWAY_LISTEN: address,
      SERVICES: 'sqs',
      EAGER_SERVICE_LOADING: '1',
      // Each mesh makes its own.
      QUEUES: '',
      // Also where the tests themselves run in a container.
      OVERRIDE_IN_DOCKER: '0',
      // Outside a container it would write to folders of the system, start a DNS server and download a certificate.
      ...{ HOME: data, CONFIG_DIR: data, LOCALSTACK_VOLUME_DIR: data, FILESYSTEM_ROOT: data },
      ...{ DNS_ADDRESS: '0', SKIP_SSL_CERT_DOWNLOAD: '1', DISABLE_EVENTS: '1' },
    },
    ready: { http: `http://${address}/_localstack/health` },
  } satisfies Program;
  return { program, addresses: { url: `http://${address}` } };
}
