import { KINDS, type Kind } from '@trace-mesh/topology/services';

export { KINDS, type Kind };

export interface NewService {
  name: string;
  kind: Kind;
  /** The host port that compose publishes; undefined for a queue consumer. */
  port: number | undefined;
}
