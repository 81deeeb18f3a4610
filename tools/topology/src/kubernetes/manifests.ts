// The files of infra/k8s that are made from the rows, by their path from the root of the checkout.
import { stringify } from 'yaml';
import { callsAws, queuesOf, TASK_QUEUE } from '../services.ts';
import { cpuScalers, queueScalers } from './autoscaling.ts';
import { AWS } from './aws.ts';
import type { Mesh } from './environment.ts';
import { awsPolicies, serverPolicies, servicePolicies } from './policies.ts';
import { type Manifest, workloadOf } from './workload.ts';

const atAws = { region: AWS.region, url: `https://sqs.${AWS.region}.amazonaws.com/${AWS.account}` };

const inLocalStack = (namespace: string) => {
  const endpoint = `http://localstack.${namespace}:4566`;
  return { region: 'us-east-1', url: `${endpoint}/000000000000`, endpoint };
};

const HEADER = '# Made by `npm run draw` from tools/topology/src/services.ts.\n';
const text = (manifests: readonly Manifest[]) =>
  HEADER +
  manifests
    .map((manifest) => stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');

/** LocalStack's script makes these queues. */
const queues = ({ rows }: Mesh): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'queues' },
  data: { QUEUES: [TASK_QUEUE, ...queuesOf(rows)].join(' ') },
});

/** The registry of the account, and the role of each service that calls AWS. */
function accountOf({ name: mesh, version, rows }: Mesh): object {
  const images = [...rows.map(({ name }) => name), 'migrate'].map((name) => `${mesh}-${name}`);
  const registry = `${AWS.account}.dkr.ecr.${AWS.region}.amazonaws.com`;
  return {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    images: images.map((name) => ({ name, newName: `${registry}/${name}`, newTag: version })),
    patches: rows.filter(callsAws).map(({ name }) => {
      const annotations = {
        'eks.amazonaws.com/role-arn': `arn:aws:iam::${AWS.account}:role/${mesh}-${name}`,
      };
      const patch = stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, annotations } });
      return { target: { kind: 'ServiceAccount', name }, patch };
    }),
  };
}

/** The text of each file. */
export function manifests(mesh: Mesh): Map<string, string> {
  const { name, rows } = mesh;
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...rows.map((row) => `${row.name}.yaml`), 'network-policies.yaml'],
  };
  const files = {
    'base/services/kustomization.yaml': HEADER + stringify(kustomization),
    'base/services/network-policies.yaml': text(servicePolicies(mesh)),
    'components/autoscaling/cpu.yaml': text(cpuScalers(mesh)),
    'components/servers/network-policies.yaml': text(serverPolicies(mesh)),
    'components/servers/queues.yaml': text([queues(mesh)]),
    'overlays/aws/account/kustomization.yaml': HEADER + stringify(accountOf(mesh), { lineWidth: 0 }),
    'overlays/local/scaled-objects.yaml': text(queueScalers(mesh, inLocalStack(name))),
    'overlays/aws/scaled-objects.yaml': text(queueScalers(mesh, atAws)),
    'overlays/aws/network-policies.yaml': text(awsPolicies(mesh, AWS.vpc)),
    ...Object.fromEntries(rows.map((row) => [`base/services/${row.name}.yaml`, text(workloadOf(row, mesh))])),
  };
  return new Map(Object.entries(files).map(([path, made]) => [`infra/k8s/${path}`, made]));
}
