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
import { trimOws } from './ows.ts';
import { isTracingSuppressed } from './suppress.ts';

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
  const members = baggage.getAllEntries().flatMap(([key, entry]) => formatMember(key, entry) ?? []);
  return withinLimits(members, (member) => member).join(',');
}

/** Reads a combined header: whole members up to the limits; undefined if no member is valid. */
export function parseBaggage(header: string): Baggage | undefined {
  const members = header.split(',').flatMap((text) => {
    const entry = parseMember(text);
    return entry ? [{ text: trimOws(text), entry }] : [];
  });
  const entries = withinLimits(members, ({ text }) => text).map(({ entry }) => entry);
  return entries.length > 0 ? propagation.createBaggage(Object.fromEntries(entries)) : undefined;
}

/** A member that does not fit is left out; a shorter one after it may still fit. */
function withinLimits<T>(members: T[], text: (member: T) => string): T[] {
  let bytes = -1; // the first member needs no comma
  return members.slice(0, MAX_BAGGAGE_MEMBERS).filter((member) => {
    const grown = bytes + 1 + Buffer.byteLength(text(member));
    if (grown > MAX_BAGGAGE_BYTES) return false;
    bytes = grown;
    return true;
  });
}

function parseMember(member: string): [string, BaggageEntry] | undefined {
  const [pair = '', ...properties] = member.split(';');
  const split = pair.indexOf('=');
  const key = trimOws(pair.slice(0, Math.max(split, 0)));
  const value = trimOws(pair.slice(split + 1));
  if (!TOKEN.test(key) || !VALUE.test(value)) return undefined;
  const kept = properties.flatMap((property) => propertyOf(property) ?? []);
  if (kept.length < properties.length) return undefined;
  const metadata = kept.length > 0 && { metadata: baggageEntryMetadataFromString(kept.join(';')) };
  return [key, { value: decode(value), ...metadata }];
}

function formatMember(key: string, { value, metadata }: BaggageEntry): string | undefined {
  if (!TOKEN.test(key)) return undefined;
  const properties = metadata === undefined ? [] : metadata.toString().split(';');
  const kept = properties.flatMap((property) => propertyOf(property) ?? []);
  return [`${key}=${encodeURIComponent(value.toWellFormed())}`, ...kept].join(';');
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
