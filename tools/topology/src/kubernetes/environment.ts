// What a service finds in its environment: its own variables, and the settings of the overlay.
import { callsAws, callsOf, hasQueue, isAddressed, type Need, needsOf, type Service } from '../services.ts';

/** What the manifests of all services share. */
export interface Mesh {
  /** The name of the compose project: images and labels begin with it. */
  name: string;
  version: string;
  rows: readonly Service[];
}

/** The port on which a service is called, and that of its health and metrics. */
export const PORT = 8080;
export const HEALTH_PORT = 8090;
/** Where a service finds each need: objects that an overlay has. AWS's keys exist only where there is no identity of the pod. */
const SETTINGS: Record<Need, object[]> = {
  postgres: [{ secretRef: { name: 'postgres' } }],
  redis: [{ secretRef: { name: 'redis' } }],
  queue: [{ configMapRef: { name: 'queue' } }],
  bedrock: [{ configMapRef: { name: 'bedrock' } }],
};
const AWS = [{ configMapRef: { name: 'aws' } }, { secretRef: { name: 'aws', optional: true } }];

/** Whether a service reads the folder of keys: to verify its callers, or to sign for the services that it calls. */
export const hasKeys = (service: Service) => isAddressed(service) || service.calls !== undefined;

/** The variables of a service. */
export function environmentOf(service: Service, { version, rows }: Mesh): object[] {
  const fromPod = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const attributes = {
    'service.version': version,
    'deployment.environment.name': '$(ENVIRONMENT)',
    'k8s.namespace.name': '$(NAMESPACE)',
    'k8s.pod.name': '$(POD_NAME)',
    'k8s.pod.uid': '$(POD_UID)',
    'k8s.node.name': '$(NODE_NAME)',
  };
  const variables = {
    OTEL_SERVICE_NAME: service.name,
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map((pair) => pair.join('='))
      .join(','),
    HOST: '0.0.0.0',
    HEALTH_PORT: String(HEALTH_PORT),
    ...(isAddressed(service) && { PORT: String(PORT) }),
    ...(hasKeys(service) && { KEYS_DIR: '/keys' }),
    ...(isAddressed(service) && { ALLOWED_HOSTS: `${service.name},$(PUBLIC_HOSTS)` }),
    ...(hasQueue(service) && { QUEUE: service.name }),
    ...callsOf(service, rows, ({ name }) => `${name}:${PORT}`),
  };
  return [
    fromPod('NAMESPACE', 'metadata.namespace'),
    fromPod('POD_NAME', 'metadata.name'),
    fromPod('POD_UID', 'metadata.uid'),
    fromPod('NODE_NAME', 'spec.nodeName'),
    ...Object.entries(variables).map(([name, value]) => ({ name, value })),
  ];
}

/** The objects of the overlay whose entries are variables of a service. */
export function settingsOf(service: Service): object[] {
  return [
    { configMapRef: { name: 'mesh' } },
    ...(isAddressed(service) ? [{ configMapRef: { name: 'edge' } }] : []),
    ...needsOf(service).flatMap((need) => SETTINGS[need]),
    ...(callsAws(service) ? AWS : []),
  ];
}
