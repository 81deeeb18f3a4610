// The `baggage` header by W3C Baggage: percent-encoding, properties and limits. An invalid member is left out, the others stay.
// (The SDK's propagator drops empty values, decodes keys, and throws for a lone surrogate.)
import {
  type Baggage,
  type BaggageEntry,
  baggageEntryMetadataFromString,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { trimOws } from './ows.ts';

const HEADER = 'baggage';

/** The most members that are read or sent: the SDK's limit; the specification requires at least 64. */
export const MAX_BAGGAGE_MEMBERS = 180;
/** The most bytes that are read or sent, commas and properties included. */
export const MAX_BAGGAGE_BYTES = 8192;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Visible ASCII except quote, comma, semicolon and backslash.
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/** Carries W3C baggage within its limits; throws for no carrier. */
export class BaggagePropagator implements TextMapPropagator {
  inject(ctx: Context, carrier: unknown, setter: TextMapSetter): void {
    const baggage = propagation.getBaggage(ctx);
    if (!baggage || isTracingSuppressed(ctx)) return;
    const header = formatBaggage(baggage);
    if (header) setter.set(carrier, HEADER, header);
  }

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = getter.get(carrier, HEADER);
    const baggage = header === undefined ? undefined : parseBaggage([header].flat().join(','));
    return baggage ? propagation.setBaggage(ctx, baggage) : ctx;
  }

  fields(): string[] {
    return [HEADER];
  }
}

/** The header for `baggage`: whole members up to the limits; empty if no member is valid. */
export function formatBaggage(baggage: Baggage): string {
  const fits = limits();
  let header = '';
  for (const [key, entry] of baggage.getAllEntries()) {
    const member = formatMember(key, entry);
    if (member !== undefined && fits(member)) header += header === '' ? member : `,${member}`;
  }
  return header;
}

/** Reads a combined header: whole members up to the limits; undefined if no member is valid. */
export function parseBaggage(header: string): Baggage | undefined {
  const fits = limits();
  const entries: [string, BaggageEntry][] = [];
  for (const part of header.split(',')) {
    const text = trimOws(part);
    const entry = parseMember(text);
    if (entry && fits(text)) entries.push(entry);
  }
  return entries.length > 0 ? propagation.createBaggage(Object.fromEntries(entries)) : undefined;
}

/**
 * Whether the next valid member fits. One that does not is left out; a shorter one after it may still fit. Valid members are
 * ASCII, one byte a character.
 */
function limits(): (member: string) => boolean {
  let members = 0;
  let bytes = -1; // the first member needs no comma
  return ({ length }) => {
    members += 1;
    if (members > MAX_BAGGAGE_MEMBERS || bytes + 1 + length > MAX_BAGGAGE_BYTES) return false;
    bytes += 1 + length;
    return true;
  };
}

function parseMember(member: string): [string, BaggageEntry] | undefined {
  const end = member.indexOf(';');
  const pair = end === -1 ? member : member.slice(0, end);
  const split = pair.indexOf('=');
  const key = trimOws(pair.slice(0, Math.max(split, 0)));
  const value = trimOws(pair.slice(split + 1));
  if (!TOKEN.test(key) || !VALUE.test(value)) return undefined;
  if (end === -1) return [key, { value: decode(value) }];
  const properties = member.slice(end + 1).split(';');
  const kept = properties.flatMap((property) => propertyOf(property) ?? []);
  if (kept.length < properties.length) return undefined;
  return [key, { value: decode(value), metadata: baggageEntryMetadataFromString(kept.join(';')) }];
}

function formatMember(key: string, { value, metadata }: BaggageEntry): string | undefined {
  if (!TOKEN.test(key)) return undefined;
  const pair = `${key}=${encodeURIComponent(value.toWellFormed())}`;
  if (metadata === undefined) return pair;
  const properties = metadata.toString().split(';');
  return [pair, ...properties.flatMap((property) => propertyOf(property) ?? [])].join(';');
}

/** Without optional whitespace, since gRPC metadata accepts no tab. Undefined for an invalid property. */
function propertyOf(property: string): string | undefined {
  const split = property.indexOf('=');
  const key = trimOws(split === -1 ? property : property.slice(0, split));
  if (!TOKEN.test(key)) return undefined;
  if (split === -1) return key;
  const value = trimOws(property.slice(split + 1));
  return VALUE.test(value) ? `${key}=${value}` : undefined;
}

/** Octets that are not UTF-8 become U+FFFD, as the spec requires; a percent sign that escapes nothing stays. */
function decode(value: string): string {
  if (!value.includes('%')) return value;
  return value.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) =>
    Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
