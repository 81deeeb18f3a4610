// RES-004 of the Instrumentation Score. The levels are those of the entities and spans of the semantic conventions' model:
// https://github.com/open-telemetry/semantic-conventions, model/*/entities.yaml and model/*/spans.yaml.
import { found } from '../finding.ts';
import { remember } from '../remember.ts';
import { ofEachService, type ScoreRule } from '../rule.ts';
import type { Resource } from '../seen.ts';

/**
 * Belong on resources. Spans may have `process.*` (a command line tool's), `cloud.resource_id` (a function's), `cloud.region`
 * (a call's), `service.peer.*` and those `faas.*` that are not listed.
 */
const ON_RESOURCE =
  /^(service\.(name|namespace|version|criticality|instance\.id)|telemetry\.(sdk|distro)\..+|deployment\.environment(\.name)?|(host|os|container|k8s|device|webengine|heroku|cloudfoundry)\..+|cloud\.(account\.id|availability_zone|platform|provider)|faas\.(name|version|instance|max_memory)|process\.runtime\..+)$/;

/** Belong on spans. */
const ON_SPAN =
  /^(http|url|db|rpc|messaging|network|server|client|error|exception|graphql|gen_ai|mcp|jsonrpc|feature_flag|enduser)\..+$/;

/** rules/RES-004.md */
export const attributeLevel: ScoreRule = {
  id: 'RES-004',
  level: 'warning',
  impact: 'Important',
  title: 'attributes of the semantic conventions are on the level that the conventions name',
  check: ofEachService(({ name, spans, resources }) => {
    const isOfResource = remember((key) => ON_RESOURCE.test(key));
    const onSpans = Map.groupBy(
      spans.flatMap((span) => keysOf(span.attributes, isOfResource).map((key) => ({ key, span }))),
      ({ key }) => key,
    );
    const onResource = new Set(resources.flatMap((own) => keysOf(own, (key) => ON_SPAN.test(key))));
    return [
      ...[...onSpans].map(([key, at]) =>
        found(
          at.map(({ span }) => span),
          {
            service: name,
            text: `${name} has ${key} on spans, and it belongs on the resource`,
            fix: toResource(key),
          },
        ),
      ),
      ...[...onResource].map((key) =>
        found(
          spans.filter(({ resource }) => resource && key in resource),
          {
            service: name,
            text: `${name} has ${key} on its resource, and it belongs on spans`,
            fix: toSpan(key),
          },
        ),
      ),
    ];
  }),
};

const keysOf = (attributes: Resource, isWanted: (key: string) => boolean) =>
  Object.keys(attributes).filter(isWanted);

const toResource = (key: string) =>
  `remove span.setAttribute('${key}', …), and set OTEL_RESOURCE_ATTRIBUTES="${key}=<value>" where the process starts`;

const toSpan = (key: string) =>
  `remove ${key} from OTEL_RESOURCE_ATTRIBUTES and from the resource in the code; the instrumentation sets it on each span`;
