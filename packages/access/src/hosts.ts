// Who may be addressed, and from which pages: a page that a browser loads from elsewhere must not reach a service on this
// machine by giving its own host name our address (DNS rebinding), nor with the user's cookies or network.
import { HostError } from './errors.ts';

export interface HostHeaders {
  host?: string | undefined;
  origin?: string | undefined;
}

/** Throws a `HostError` unless `Host`, and `Origin` where there is one, name an allowed host; ports do not matter. */
export function checkHosts({ host, origin }: HostHeaders, allowed: readonly string[]): void {
  if (!allowed.includes(hostnameOf(`http://${host ?? ''}`)))
    throw new HostError('this host is not served here');
  if (origin === undefined || allowed.includes(hostnameOf(origin))) return;
  throw new HostError('pages of this origin may not ask here');
}

/** Empty for what is no URL, such as the opaque origin `null`. */
const hostnameOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');
