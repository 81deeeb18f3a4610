// Settings of docker-compose.yml for tests that run without it.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** `OTEL_EXPORTER_OTLP_TIMEOUT` of the services, in ms. */
export async function composeExportTimeout(): Promise<string> {
  const file = new URL('../docker-compose.yml', import.meta.url);
  const { services } = parse(await readFile(file, 'utf8'), { merge: true });
  return String(services['edge-mcp'].environment.OTEL_EXPORTER_OTLP_TIMEOUT);
}
