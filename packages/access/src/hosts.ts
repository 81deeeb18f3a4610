// Allowed hosts and origins. A page from another site must not reach a service on this machine, neither through a host
// name that resolves to our address (DNS rebinding) nor through the user's network.
import { HostError } from './errors.ts';

export interface HostHeaders {
  host?: string | undefined;
  origin?: string | undefined;
}

/** Throws a `HostError` unless `Host`, and `Origin` if present, name an allowed host; ports are ignored. */
export function checkHosts({ host, origin }: HostHeaders, allowed: readonly string[]): void {
  if (!allowed.includes(hostnameOf(`http://${host ?? ''}`)))
    throw new HostError('host not allowed (add it to ALLOWED_HOSTS)');
  if (origin === undefined || allowed.includes(hostnameOf(origin))) return;
  throw new HostError('origin not allowed (add its host to ALLOWED_HOSTS)');
}

/** Empty for text that is not a URL, such as the opaque origin `null`. */
const hostnameOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');
