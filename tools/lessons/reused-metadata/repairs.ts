import type { Attempts } from '../src/lesson.ts';

const SHARED = "const metadata = new Metadata();\nmetadata.set('x-shop-id', 'wine-shop');";
const ADD = "metadata.add('x-tenant-id', tenant);";
const SPAN = "{ attributes: { 'mesh.tenant.id': tenant } }";

export const attempts: Attempts = {
  right: {
    'makes new metadata for each call': [
      [SHARED, ''],
      [
        ADD,
        "const metadata = new Metadata();\n      metadata.set('x-shop-id', 'wine-shop');\n      metadata.set('x-tenant-id', tenant);",
      ],
    ],
    'replaces the tenant, one call after the other': [[ADD, "metadata.set('x-tenant-id', tenant);"]],
    'removes the tenant of the call before': [[ADD, `metadata.remove('x-tenant-id');\n      ${ADD}`]],
  },
  cheats: {
    'names the tenant that the ledger charges': [
      [SPAN, "{ attributes: { 'mesh.tenant.id': String(metadata.get('x-tenant-id')[0] ?? tenant) } }"],
    ],
    'names no tenant': [[SPAN, '{}']],
    'sends no tenant': [[ADD, 'void tenant;']],
    'charges the other tenant': [[ADD, "metadata.set('x-tenant-id', tenant === 'acme' ? 'bolt' : 'acme');"]],
  },
};
