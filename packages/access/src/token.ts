// `npm run -s token -- --tenant acme`: prints an access token for the mesh of this checkout.
import { Command, InvalidArgumentError } from 'commander';
import { SCOPES, type Scope } from './caller.ts';
import { ACCESS_TOKEN_MS, openIssuer } from './issuer.ts';
import { CHECKOUT_KEYS, ensureKeys } from './keys.ts';

const DEFAULT_SCOPES = SCOPES.filter((scope) => scope !== 'trace:force');

function scopes(text: string): Scope[] {
  const wanted = text.split(/[ ,]+/).filter(Boolean);
  const unknown = wanted.filter((scope) => !SCOPES.includes(scope as Scope));
  if (unknown.length > 0) throw new InvalidArgumentError(`Scopes are ${SCOPES.join(', ')}.`);
  return wanted as Scope[];
}

function minutes(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number of minutes above 0.');
  return value * 60_000;
}

function microUsd(text: string): number {
  const value = Math.round(Number(text) * 1_000_000);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('It must be an amount in USD.');
  return value;
}

const options = new Command('npm run -s token --')
  .description('Print an access token for the mesh of this checkout.')
  .requiredOption('--tenant <id>', 'the tenant')
  .option('--user <id>', 'the user', 'agent')
  .option(
    '--scope <scopes>',
    `the scopes, separated by commas (${SCOPES.join(', ')})`,
    scopes,
    DEFAULT_SCOPES,
  )
  .option('--cost-limit <usd>', "the limit of the tenant's total cost", microUsd)
  .option('--minutes <number>', 'the lifetime', minutes, ACCESS_TOKEN_MS)
  .option('--keys <folder>', 'the folder of the keys; created if it is missing', CHECKOUT_KEYS)
  .addHelpText('after', '\nExit codes: 0 printed, 1 the keys cannot be read or created, 2 usage')
  .showHelpAfterError('see --help')
  .allowExcessArguments(false)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{
    tenant: string;
    user: string;
    scope: Scope[];
    costLimit?: number;
    minutes: number;
    keys: string;
  }>();

try {
  ensureKeys(options.keys);
  const { tenant: tenantId, user: userId, scope, costLimit: costLimitMicroUsd } = options;
  const identity = { tenantId, userId, scopes: scope, costLimitMicroUsd };
  console.log(openIssuer({ KEYS_DIR: options.keys }).issue(identity, options.minutes));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
