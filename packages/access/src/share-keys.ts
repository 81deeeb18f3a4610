// For compose: `node src/share-keys.ts CHECKOUT SERVICES ISSUER` creates the keys of a checkout if they are missing,
// and copies them for the containers. The services get the public key and their secret; only the demo gets the issuer's
// key.
import { chownSync, copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureKeys, ISSUER_KEY, ISSUER_PUBLIC_KEY, SERVICE_SECRET } from './keys.ts';

/** The user `node` of the images. */
const NODE = 1000;

const [checkout = '', services = '', issuer = ''] = process.argv.slice(2);
const mesh = join(checkout, '.mesh');
const keys = join(mesh, 'keys');
mkdirSync(mesh, { recursive: true });
ensureKeys(keys);
// The container runs as root; on the host the files belong to the owner of the checkout.
const { uid, gid } = statSync(checkout);
for (const path of [
  mesh,
  keys,
  ...[ISSUER_KEY, ISSUER_PUBLIC_KEY, SERVICE_SECRET].map((file) => join(keys, file)),
]) {
  chownSync(path, uid, gid);
}

function share(files: string[], folder: string): void {
  for (const file of files) {
    const copy = join(folder, file);
    copyFileSync(join(keys, file), copy);
    chownSync(copy, NODE, NODE);
  }
}
share([ISSUER_PUBLIC_KEY, SERVICE_SECRET], services);
share([ISSUER_KEY, ISSUER_PUBLIC_KEY], issuer);
