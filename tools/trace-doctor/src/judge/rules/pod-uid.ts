// RES-003 of the Instrumentation Score.
import { found } from '../finding.ts';
import { needsResource, ofEachService, type ScoreRule } from '../rule.ts';
import type { Resource } from '../seen.ts';

/** A resource with any other `k8s.` attribute than these describes a pod, since it is that of a process. */
const OF_CLUSTER = /^k8s\.(cluster|node)\./;

const isInPod = (resource: Resource) =>
  Object.keys(resource).some((key) => key.startsWith('k8s.') && !OF_CLUSTER.test(key));

/** rules/RES-003.md */
export const podUid: ScoreRule = {
  id: 'RES-003',
  level: 'warning',
  impact: 'Important',
  title: 'resources of pods have k8s.pod.uid',
  unjudged: needsResource,
  check: ofEachService(({ name, spans, resources }) => {
    const without = new Set(resources.filter((own) => isInPod(own) && !own['k8s.pod.uid']));
    const shown = spans.filter(({ resource }) => resource && without.has(resource));
    if (shown.length === 0) return [];
    const text = `the resource of ${name} describes a pod and has no k8s.pod.uid`;
    return [found(shown, { text, fix: FIX, service: name })];
  }),
};

const FIX =
  'in the pod: env POD_UID from fieldRef metadata.uid, and OTEL_RESOURCE_ATTRIBUTES="k8s.pod.uid=$(POD_UID)"; or in the ' +
  'Collector: processor k8sattributes, with k8s.pod.uid in extract.metadata';
