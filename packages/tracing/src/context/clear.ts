// Removes context that a carrier already holds, so that nothing of an earlier call is sent: headers that a gateway forwards,
// request options or metadata that a program reuses.

/** gRPC's `Metadata`, by its shape: this package is also used without the library. */
export interface MetadataLike {
  remove(key: string): void;
  clone(): MetadataLike;
}

export const isMetadata = (value: unknown): value is MetadataLike =>
  typeof value === 'object' && value !== null && 'getMap' in value && 'remove' in value && 'clone' in value;

/** Removes `fields` (lower case) from metadata, and from a plain object in any case. Other carriers are left as they are. */
export function clearFields(carrier: unknown, fields: readonly string[]): void {
  if (isMetadata(carrier)) for (const field of fields) carrier.remove(field);
  if (!isPlainObject(carrier)) return;
  for (const name of Object.keys(carrier)) {
    if (fields.includes(name.toLowerCase())) Reflect.deleteProperty(carrier, name);
  }
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
