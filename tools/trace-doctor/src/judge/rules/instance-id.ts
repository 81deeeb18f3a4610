// RES-001 and RES-002 of the Instrumentation Score: each process has an id, and no two processes have the same.
import { found } from '../finding.ts';
import { needsResource, ofEachService, type ScoreRule } from '../rule.ts';
import type { Resource } from '../seen.ts';

const ID = 'service.instance.id';

/** rules/RES-001.md */
export const instanceId: ScoreRule = {
  id: 'RES-001',
  level: 'warning',
  impact: 'Normal',
  title: `resources have ${ID}`,
  unjudged: needsResource,
  check: ofEachService(({ name, spans }) => {
    const without = spans.filter(({ resource }) => resource && !resource[ID]);
    if (without.length === 0) return [];
    const text = `the resource of ${name} has no ${ID}, so its processes cannot be distinguished`;
    return [found(without, { text, fix: SET_ID, service: name })];
  }),
};

const SET_ID = `set OTEL_RESOURCE_ATTRIBUTES="${ID}=$(uuidgen)" where the process starts; on Kubernetes use the pod's uid, from the downward API`;

/** What distinguishes two workloads, the most exact first. */
const WORKLOAD = ['k8s.pod.uid', 'k8s.pod.name', 'container.id', 'host.id', 'host.name'];

/** rules/RES-002.md: the same id on resources that another attribute shows to be different workloads. */
export const uniqueInstanceId: ScoreRule = {
  id: 'RES-002',
  level: 'warning',
  impact: 'Important',
  title: `no two workloads of a service have the same ${ID}`,
  unjudged: needsResource,
  check: ofEachService(({ name, spans, resources }) => {
    const byId = Map.groupBy(
      resources.filter((resource) => resource[ID]),
      (resource) => resource[ID],
    );
    for (const [id, sharing] of byId) {
      const [key, values] = difference(sharing) ?? [];
      if (!key || !values) continue;
      const text = `${name} has ${ID} ${String(id)} on ${values.length} workloads: ${key} is ${values.slice(0, 3).join(', ')}`;
      const shown = spans.filter(({ resource }) => resource?.[ID] === id);
      return [found(shown, { text, fix: UNIQUE_ID, service: name })];
    }
    return [];
  }),
};

const UNIQUE_ID = `remove the fixed ${ID} from the image or the deployment, and create one per process: OTEL_RESOURCE_ATTRIBUTES="${ID}=$(uuidgen)"`;

/** The first attribute that has several values, with these. */
function difference(resources: readonly Resource[]): [string, string[]] | undefined {
  for (const key of WORKLOAD) {
    const values = new Set(resources.flatMap((resource) => (resource[key] ? [String(resource[key])] : [])));
    if (values.size > 1) return [key, [...values]];
  }
  return undefined;
}
