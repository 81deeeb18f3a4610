import { describe, expect, it } from 'vitest';
import { makeSpan } from '../spans.fixture.ts';
import { readFileOf } from './read.fixture.ts';
import { otlp, otlpProtobuf } from './written.fixture.ts';

const span = makeSpan('b'.repeat(16), 'shop', { durationUs: 5 });
const good = JSON.stringify(otlp([span]));
const protobuf = otlpProtobuf([span]);
const cut = Buffer.concat([Buffer.from([0, 0, 0, 99]), protobuf.subarray(0, 9)]);
const wrongTime = good.replace(/"startTimeUnixNano":"\d*"/, '"startTimeUnixNano":"yesterday"');

describe('input that cannot be read is refused in one line with source, position and fix', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['an empty file', '', /^spans\.json: empty \(export at least one trace\)$/],
    ['a page of HTML', '<html>\n</html>', /^spans\.json: not valid JSON: Unexpected token '<'.*\(.*again\)$/],
    ['JSON that ends early', good.slice(0, 40), /^spans\.json: not valid JSON: .*position 40.*again\)$/],
    ['a broken second line', `${good}\n{"resourceSpans":`, /^spans\.json:2: not valid JSON: /],
    [
      'JSON of another kind',
      '{"name":"x"}',
      /^spans\.json: unknown JSON format \(known: jaeger-json, otlp-json, zipkin, /,
    ],
    ['a list of numbers', '[1]', /^spans\.json: unknown JSON format \(known: /],
    [
      'OTLP with a wrong time',
      wrongTime,
      /^spans\.json: resourceSpans\.0\.scopeSpans\.0\.spans\.0\.startTimeUnixNano: not OTLP\/JSON: .*--format\)$/,
    ],
    [
      'OTLP whose spans are no list',
      '{"resourceSpans":[{"scopeSpans":{}}]}',
      /^spans\.json: resourceSpans\.0\.scopeSpans: not OTLP\/JSON: expected a list /,
    ],
    [
      'a Jaeger trace without processes',
      '{"data":[{"traceID":"a","spans":[]}]}',
      /^spans\.json\.data\.0\.processes: not Jaeger's JSON: /,
    ],
    ['a Zipkin span without id', '[{"traceId":"a"}]', /^spans\.json\.0\.id: not Zipkin's v2 JSON: /],
    [
      'bytes of another kind',
      Buffer.from([0x89, 0x50, 0x1a, 0x0a]),
      /^spans\.json: not OTLP\/protobuf at byte 0: /,
    ],
    ['protobuf that ends early', protobuf.subarray(0, 20), /^spans\.json: not OTLP\/protobuf at byte 0: /],
    [
      'a message that ends early',
      cut,
      /^spans\.json: message 0 at byte 0 is cut off \(copy the file again\)$/,
    ],
    ['damaged gzip', Buffer.from([0x1f, 0x8b, 8]), /^spans\.json: cannot be decompressed: /],
  ])('%s', (_, content, message) => {
    expect(() => readFileOf(content)).toThrow(message);
  });
});

it('a file is read as the format that is given', () => {
  expect(readFileOf(good, 'otlp-json').spans).toHaveLength(1);
  expect(() => readFileOf(good, 'zipkin')).toThrow("spans.json: not Zipkin's v2 JSON");
  expect(() => readFileOf(good, 'otlp-protobuf')).toThrow('spans.json: not OTLP/protobuf at byte 0');
});

it('answers without a trace are read as no trace', () => {
  for (const empty of ['[]', '{"data":[]}', '{"data":null}', '{"resourceSpans":[]}', '{"trace":{}}'])
    expect(readFileOf(empty).traces).toEqual([]);
});
