import { AccessConfig } from '@trace-mesh/access/config';
import { BaseConfig, Port } from '@trace-mesh/runtime/service';

export const Config = BaseConfig.extend({
  ...AccessConfig.shape,
  PORT: Port,
});
