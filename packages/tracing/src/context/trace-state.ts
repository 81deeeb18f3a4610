// `tracestate` by W3C Trace Context Level 2 (section 3.3): a short list with one member for each vendor. The SDK's class accepts
// only the keys of Level 1, and keeps part of an invalid list.
import type { SpanContext, TraceState } from '@opentelemetry/api';
import { trimOws } from './ows.ts';

/** A list with more members is invalid. */
export const MAX_TRACE_STATE_MEMBERS = 32;
/** The longest list that is sent, in characters with commas; the spec's minimum. Members beyond it are left out. */
export const MAX_TRACE_STATE_LENGTH = 512;
/** If the list is too long, members longer than this are removed first. */
export const LARGE_MEMBER_LENGTH = 128;

const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
/** At most 256 characters, the last of which is not a space. */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]+$/;
const isValue = (text: string) => text.length <= 256 && !text.endsWith(' ') && VALUE.test(text);

type Member = readonly [key: string, value: string];

/** An immutable list, newest member first. */
class MemberList implements TraceState {
  readonly #members: readonly Member[];
  constructor(members: readonly Member[]) {
    this.#members = members;
  }

  get(key: string): string | undefined {
    return this.#members.find(([name]) => name === key)?.[1];
  }

  /** Puts the member first, as the spec requires; an invalid pair changes nothing. */
  set(key: string, value: string): TraceState {
    if (!KEY.test(key) || !isValue(value)) return this;
    const others = this.#members.filter(([name]) => name !== key);
    return new MemberList([[key, value] as const, ...others].slice(0, MAX_TRACE_STATE_MEMBERS));
  }

  unset(key: string): TraceState {
    return new MemberList(this.#members.filter(([name]) => name !== key));
  }

  /** At most `MAX_TRACE_STATE_LENGTH` characters. */
  serialize(): string {
    const text = this.#members.map(([key, value]) => `${key}=${value}`).join(',');
    return text.length > MAX_TRACE_STATE_LENGTH ? shorten(text.split(',')) : text;
  }
}

/** An empty list, to which `set` adds members. */
export const EMPTY_TRACE_STATE: TraceState = new MemberList([]);

/**
 * Reads a combined header. Empty members are skipped, and of a repeated key the first is kept. Undefined if no member
 * remains; also if a member is invalid or there are too many, since the spec then discards the whole list.
 */
export function parseTraceState(header: string): TraceState | undefined {
  const members: Member[] = [];
  let count = 0;
  for (const part of header.split(',')) {
    const member = trimOws(part);
    if (member === '') continue;
    const split = member.indexOf('=');
    const key = member.slice(0, Math.max(split, 0));
    const value = member.slice(split + 1);
    if (!KEY.test(key) || !isValue(value)) return undefined;
    if (++count > MAX_TRACE_STATE_MEMBERS) return undefined;
    if (!members.some(([name]) => name === key)) members.push([key, value]);
  }
  return members.length > 0 ? new MemberList(members) : undefined;
}

/** The mesh's key: the cost of the work so far. */
export const MESH_MEMBER = 'mcp';

/** A span context without the mesh's member, which is an unverified claim if it comes from outside. */
export function withoutMeshMember<S extends Pick<SpanContext, 'traceState'>>(span: S): S {
  const { traceState } = span;
  if (traceState?.get(MESH_MEMBER) === undefined) return span;
  return { ...span, traceState: traceState.unset(MESH_MEMBER) };
}

/** Removes members in the spec's order: large ones first, then from the end. */
function shorten(members: string[]): string {
  let length = members.join(',').length;
  const drop = (index: number) => {
    length -= (members[index]?.length ?? 0) + 1;
    members.splice(index, 1);
  };
  for (let i = members.length - 1; i >= 0 && length > MAX_TRACE_STATE_LENGTH; i--) {
    if ((members[i]?.length ?? 0) > LARGE_MEMBER_LENGTH) drop(i);
  }
  while (length > MAX_TRACE_STATE_LENGTH) drop(members.length - 1);
  return members.join(',');
}
