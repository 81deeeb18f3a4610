// console: a page that fires scenarios and shows their traces. No other service depends on it.
import { createAuthenticator, registerAuthenticator } from '@trace-mesh/access/authenticator';
import { doctorHandler } from '@trace-mesh/doctor-mcp/http';
import { createLab } from '@trace-mesh/faults/server';
import { listen } from '@trace-mesh/runtime/listen';
import { runService } from '@trace-mesh/runtime/service';
import { expected } from '@trace-mesh/scenarios/expected';
import { openTokens } from '@trace-mesh/scenarios/tokens';
import { storeAt } from '@trace-mesh/trace-doctor/answers/store';
import { createApp } from './app.ts';
import { attachLab } from './attach-lab.ts';
import { Config } from './config.ts';
import { createFirings } from './firings.ts';
import { keepAgent } from './keep-agent.ts';
import { createMysteries } from './mysteries.ts';
import { bundlePage } from './page.ts';

await runService(Config, process.env, async (config, { logger, use }) => {
  const { MESH_ENDPOINTS: endpoints, ALLOWED_HOSTS: allowedHosts, HOST: host, PORT: port } = config;
  registerAuthenticator(createAuthenticator(config, { services: false }));
  const page = await bundlePage();
  const hubUrl = config.PUBLIC_WS_HUB_URL ?? endpoints['ws-hub'];
  const tokens = openTokens(config.KEYS_DIR);
  const lab = use(createLab());
  const agent = use(keepAgent(endpoints, config));
  const firings = use(createFirings({ agent, lab, endpoints }));
  const mysteries = use(createMysteries({ agent, lab, endpoints }));
  const open = async (signal: AbortSignal) => storeAt(endpoints.traces, signal);
  const doctor = use(doctorHandler({ open, expected, logger }));
  const served = { page, firings, mysteries, doctor, lab };
  const app = createApp({ ...served, hubUrl, endpoints, tokens, allowedHosts, logger });
  const { server } = use(await listen(app, { host, port }));
  attachLab(server, lab, allowedHosts);
});
