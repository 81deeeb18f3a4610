// What every span and metric says of its process: where it runs and which instance it is.
import { containerDetector } from '@opentelemetry/resource-detector-container';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  type Resource,
  type ResourceDetector,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';

/** The SDK's, without an empty id: images of Ubuntu and Fedora have an empty /etc/machine-id, and Jaeger takes that for a host. */
const host: ResourceDetector = {
  detect() {
    const { attributes = {} } = hostDetector.detect();
    const id = Promise.resolve(attributes['host.id']).then((id) => id || undefined);
    return { attributes: { ...attributes, 'host.id': id } };
  },
};

/** The part of the SDK's process detector that is the same in every process: the others are its command line and its owner. */
const runtime: ResourceDetector = {
  detect: () => ({
    attributes: { 'process.runtime.name': 'nodejs', 'process.runtime.version': process.versions.node },
  }),
};

/**
 * `host.*`, `process.runtime.*`, `container.id`, `service.instance.id`, and what `OTEL_RESOURCE_ATTRIBUTES` says, which wins. The ids are read while the
 * service starts; the first export waits for them.
 */
export const detectors: ResourceDetector[] = [
  host,
  runtime,
  containerDetector,
  serviceInstanceIdDetector,
  envDetector,
];

export const detectResource = (): Resource => defaultResource().merge(detectResources({ detectors }));
