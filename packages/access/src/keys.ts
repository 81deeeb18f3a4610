// The keys of a mesh: a folder of three files, which can be a Kubernetes secret or a Docker volume.
//   issuer.key.pem   private Ed25519 key that signs access tokens; only where tokens are issued
//   issuer.pub.pem   its public key, with which every service verifies
//   service.secret   signs service tokens (HMAC); never outside the mesh
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The keys of a checkout and of the mesh that runs from it; ignored by git. */
export const CHECKOUT_KEYS = fileURLToPath(new URL('../../../.mesh/keys', import.meta.url));

export const ISSUER_KEY = 'issuer.key.pem';
export const ISSUER_PUBLIC_KEY = 'issuer.pub.pem';
export const SERVICE_SECRET = 'service.secret';

/** HMAC-SHA-256 wants a secret as long as its output (RFC 7518 section 3.2), in bytes. */
const MIN_SECRET_BYTES = 32;

/** Reads one of the files. Throws an Error that names the file and the fix. */
export function readKey(keysDir: string, file: string): string {
  const path = join(keysDir, file);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const fix = "`npm run token -- --tenant demo` creates a checkout's keys";
    throw new Error(`KEYS_DIR: ${path} cannot be read (${fix})`, { cause });
  }
}

/** The secret of the services. Throws an Error if it is missing or too short. */
export function readServiceSecret(keysDir: string): string {
  const secret = readKey(keysDir, SERVICE_SECRET);
  if (Buffer.byteLength(secret) >= MIN_SECRET_BYTES) return secret;
  throw new Error(`KEYS_DIR: ${SERVICE_SECRET} is shorter than ${MIN_SECRET_BYTES} bytes`);
}

/** Creates the missing keys of the folder. Processes that call it concurrently agree on one set. */
export function ensureKeys(keysDir: string): void {
  mkdirSync(keysDir, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  create(join(keysDir, ISSUER_KEY), pem(privateKey, 'pkcs8'));
  // From the file, which another process may have written: the two keys must belong together.
  create(join(keysDir, ISSUER_PUBLIC_KEY), pem(createPublicKey(readKey(keysDir, ISSUER_KEY)), 'spki'));
  create(join(keysDir, SERVICE_SECRET), randomBytes(MIN_SECRET_BYTES).toString('base64url'));
}

const pem = (key: KeyObject, type: 'pkcs8' | 'spki') => String(key.export({ type, format: 'pem' }));

/** Writes aside and links into place: a reader never sees half a key, and the first of two writers wins. */
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
