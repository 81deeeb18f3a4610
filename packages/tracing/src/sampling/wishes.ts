// The limit of sampled callers from outside. A sampler decides synchronously, so where instances share the limit, each keeps a reserve
// of wishes that it has already taken from it.
import { diag } from '@opentelemetry/api';

/** A token bucket: a burst of `perSecond`, refilled at `perSecond`; `now` in ms. */
export function createLimiter(perSecond: number, now: () => number = () => performance.now()): () => boolean {
  let tokens = perSecond;
  let last = now();
  return () => {
    const time = now();
    tokens = Math.min(perSecond, tokens + ((time - last) / 1000) * perSecond);
    last = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** Takes up to `wishes` of those that all instances share in this second; resolves to how many were granted. */
export type TakeWishes = (wishes: number) => Promise<number>;

/** The shared limit of a number of wishes a second. */
type ShareWishes = (perSecond: number) => TakeWishes;

let share: ShareWishes | undefined;

/** Makes the samplers of this process share a limit with other instances. A service calls it once, at start. */
export function registerSharedWishes(shared: ShareWishes | undefined): void {
  share = shared;
}

/** The part of a limit that an instance keeps in reserve: a burst of more is refused, and so much may exceed the limit once. */
const RESERVE = 0.2;
/** How long an instance waits after a refusal before it tries to take wishes again, in ms. */
const REFUSED_PAUSE_MS = 100;

/**
 * Wishes from a reserve, which is filled in the background once half of it is used. The first is full, so that the first wish of an
 * instance is granted.
 */
export function createReserve(
  perSecond: number,
  take: TakeWishes,
  now: () => number = () => performance.now(),
): () => boolean {
  const size = Math.min(Math.floor(perSecond), Math.ceil(perSecond * RESERVE));
  let left = size;
  let isTaking = false;
  let notBefore = Number.NEGATIVE_INFINITY;
  const fill = async () => {
    isTaking = true;
    const granted = await take(size - left).catch((error: unknown) => {
      diag.error('taking from the shared limit of sampled callers failed', error);
      return 0;
    });
    left += granted;
    if (granted === 0) notBefore = now() + REFUSED_PAUSE_MS;
    isTaking = false;
  };
  return () => {
    const isGranted = left > 0;
    if (isGranted) left -= 1;
    if (left <= size / 2 && left < size && !isTaking && now() >= notBefore) void fill();
    return isGranted;
  };
}

/** The limit of this process, or its part of a shared one, once that is registered. */
export function createWishes(perSecond: number): () => boolean {
  const own = createLimiter(perSecond);
  let shared: (() => boolean) | undefined;
  return () => {
    shared ??= share && createReserve(perSecond, share(perSecond));
    return shared ? shared() : own();
  };
}
