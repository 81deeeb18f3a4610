// An overlay as it is read by the tests: its objects, its pods, and the environment of a container.
import { inCheckout } from '../write.ts';
import { build, idOf } from './kustomize.fixture.ts';
import type { Manifest } from './workload.ts';

export type Source = { name: string; optional?: boolean };
export interface Container {
  image: string;
  ports?: { name: string; containerPort: number }[];
  env?: { name: string; value?: string }[];
  envFrom?: { configMapRef?: Source; secretRef?: Source }[];
  volumeMounts?: { name: string }[];
}
interface PodSpec {
  containers: Container[];
  volumes?: { name: string; secret?: { secretName: string }; configMap?: Source }[];
  terminationGracePeriodSeconds?: number;
  serviceAccountName?: string;
}
/** The pod that an object makes; undefined where it makes none. */
export const podOf = ({ spec }: Manifest) =>
  (spec as { template?: { spec: PodSpec } } | undefined)?.template?.spec;

/** The Secrets that a person makes, with their keys: docs/kubernetes.md has the commands. */
const MADE_BY_HAND: Record<string, Record<string, string>> = {
  keys: {},
  postgres: { DATABASE_URL: 'postgres://user:password@database:5432/postgres' },
  redis: { REDIS_URL: 'rediss://cache:6379' },
};

/** Builds an overlay of infra/k8s. */
export function readOverlay(overlay: string) {
  const all = build(inCheckout(`infra/k8s/overlays/${overlay}`));
  const find = (kind: string, name: string) => all.find((object) => idOf(object) === `${kind} ${name}`);
  const pods = all.flatMap((object) => {
    const pod = podOf(object);
    return pod ? [{ id: idOf(object), name: object.metadata.name, pod }] : [];
  });

  /** The data of a ConfigMap or Secret; undefined where it is optional and absent. Fails where it is required. */
  function dataOf(kind: string, { name, optional }: Source): Record<string, string> | undefined {
    const object = find(kind, name);
    if (object) return (object.data ?? object.stringData) as Record<string, string>;
    if (kind === 'Secret' && MADE_BY_HAND[name]) return MADE_BY_HAND[name];
    if (optional) return undefined;
    throw new Error(`there is no ${kind} ${name}`);
  }

  /** The environment of a container as the kubelet makes it; a reference to a field of the pod becomes its name. */
  function environmentOf({ env = [], envFrom = [] }: Container): Record<string, string> {
    const sources = envFrom.map(({ configMapRef, secretRef }) =>
      configMapRef ? dataOf('ConfigMap', configMapRef) : secretRef && dataOf('Secret', secretRef),
    );
    const environment: Record<string, string> = Object.assign({}, ...sources);
    for (const { name, value = name } of env)
      environment[name] = value.replaceAll(/\$\((\w+)\)/g, (_, used: string) => {
        if (environment[used] === undefined) throw new Error(`$(${used}) in ${name} is not set before it`);
        return environment[used];
      });
    return environment;
  }

  return { all, find, pods, dataOf, environmentOf };
}
