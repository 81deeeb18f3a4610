// The keys of a mesh: a folder of three files, so that a Kubernetes secret or a Docker volume is mounted as it is.
//   issuer.key.pem   private Ed25519 key that signs access tokens; only where tokens are issued
//   issuer.pub.pem   its public half; every service verifies with it
//   service.secret   what the mesh's services sign their own tokens with (HMAC); never outside
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a checkout keeps its keys, which git ignores: the mesh that runs from it takes the tokens that they sign. */
export const CHECKOUT_KEYS = fileURLToPath(new URL('../../../.mesh/keys', import.meta.url));

export const ISSUER_KEY = 'issuer.key.pem';
export const ISSUER_PUBLIC_KEY = 'issuer.pub.pem';
export const SERVICE_SECRET = 'service.secret';

/** HMAC-SHA-256 wants a secret as long as its output (RFC 7518 section 3.2), in bytes. */
const MIN_SECRET_BYTES = 32;

/** Reads one of the files. Throws an Error that names the file and the mend. */
export function readKey(keysDir: string, file: string): string {
  const path = join(keysDir, file);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new Error(
      `KEYS_DIR: ${path} cannot be read; \`npm run token -- --tenant demo\` makes a checkout's keys`,
      {
        cause,
      },
    );
  }
}

/** The secret of the services. Throws an Error where it is missing or too short. */
export function readServiceSecret(keysDir: string): string {
  const secret = readKey(keysDir, SERVICE_SECRET);
  if (Buffer.byteLength(secret) >= MIN_SECRET_BYTES) return secret;
  throw new Error(`KEYS_DIR: ${SERVICE_SECRET} is shorter than ${MIN_SECRET_BYTES} bytes`);
}

/** Makes what is missing in the folder; keys that are there stay. Starts at once, in any number, agree on one set. */
export function ensureKeys(keysDir: string): void {
  mkdirSync(keysDir, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  create(join(keysDir, ISSUER_KEY), pem(privateKey, 'pkcs8'));
  // From the file, which may be another start's: the two halves always belong together.
  create(join(keysDir, ISSUER_PUBLIC_KEY), pem(createPublicKey(readKey(keysDir, ISSUER_KEY)), 'spki'));
  create(join(keysDir, SERVICE_SECRET), randomBytes(MIN_SECRET_BYTES).toString('base64url'));
}

const pem = (key: KeyObject, type: 'pkcs8' | 'spki') => String(key.export({ type, format: 'pem' }));

/** Written aside and linked into place: nobody reads half a key, and of two who make one the first wins. */
function create(path: string, content: string): void {
  if (existsSync(path)) return;
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${content.trim()}\n`, { mode: 0o600 });
  try {
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside);
  }
}
