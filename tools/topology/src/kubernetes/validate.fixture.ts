// Objects against the schemas of Kubernetes, without fields that it does not know, and of KEDA as far as it is used.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { Manifest } from './workload.ts';

const text = { type: 'string' };
const reference = { type: 'object', additionalProperties: false, required: ['name'] };
const metadata = { $ref: 'https://kubernetes.io/schema#/$defs/V1ObjectMeta' };
const custom = (kind: string, spec: object) => ({
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  properties: { apiVersion: text, kind: { const: kind }, metadata, spec },
});

/** https://keda.sh/docs/latest/reference/scaledobject-spec/ and https://keda.sh/docs/latest/scalers/aws-sqs/ */
const scaledObject = custom('ScaledObject', {
  type: 'object',
  additionalProperties: false,
  required: ['scaleTargetRef', 'triggers'],
  properties: {
    scaleTargetRef: { ...reference, properties: { apiVersion: text, kind: text, name: text } },
    pollingInterval: { type: 'integer', minimum: 1 },
    minReplicaCount: { type: 'integer', minimum: 0 },
    maxReplicaCount: { type: 'integer', minimum: 1 },
    triggers: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['type', 'metadata'],
        properties: {
          type: { const: 'aws-sqs-queue' },
          authenticationRef: { ...reference, properties: { name: text } },
          // KEDA reads these as text.
          metadata: {
            type: 'object',
            additionalProperties: false,
            required: ['queueURL', 'awsRegion'],
            properties: {
              queueURL: { type: 'string', pattern: '^https?://[^/]+/\\d{12}/[\\w-]+$' },
              queueLength: { type: 'string', pattern: '^\\d+$' },
              scaleOnInFlight: { enum: ['true', 'false'] },
              awsRegion: text,
              awsEndpoint: text,
            },
          },
        },
      },
    },
  },
});

/** https://keda.sh/docs/latest/concepts/authentication/ */
const triggerAuthentication = custom('TriggerAuthentication', {
  type: 'object',
  additionalProperties: false,
  properties: {
    podIdentity: {
      type: 'object',
      additionalProperties: false,
      required: ['provider'],
      properties: { provider: { enum: ['none', 'azure-workload', 'aws', 'gcp'] } },
    },
    secretTargetRef: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['parameter', 'name', 'key'],
        properties: { parameter: { enum: ['awsAccessKeyID', 'awsSecretAccessKey'] }, name: text, key: text },
      },
    },
  },
});

const kubernetes = JSON.parse(
  readFileSync(new URL('../generated/kubernetes.json', import.meta.url), 'utf8'),
) as {
  /** The name of the definition, by `apiVersion kind`. */
  kinds: Record<string, string>;
  $defs: object;
};
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
ajv.addSchema({ $id: 'https://kubernetes.io/schema', $defs: kubernetes.$defs });
ajv.addSchema(scaledObject, 'keda.sh/v1alpha1 ScaledObject');
ajv.addSchema(triggerAuthentication, 'keda.sh/v1alpha1 TriggerAuthentication');

/** What is wrong with an object, one line each; empty for a valid one. */
export function problemsOf(object: Manifest): string[] {
  const type = `${object.apiVersion} ${object.kind}`;
  const definition = kubernetes.kinds[type];
  const validate = ajv.getSchema(definition ? `https://kubernetes.io/schema#/$defs/${definition}` : type);
  if (!validate) return [`there is no schema of ${type}`];
  if (validate(object)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
