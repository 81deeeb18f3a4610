// The queueing model of the mesh on one machine. Its inputs are costs at low load; it predicts the highest rate (docs/capacity.md).

/** What the model knows of the machine and of a request, times in ms. */
export interface Station {
  /** C: how many requests are served at the same time. */
  cores: number;
  /** The CPU time of a request that no other is near: every process on its way must be woken for it. */
  firstMs: number;
  /** The CPU time of each further request of a busy period, which shares wake-ups, reads, writes and batches with others. */
  furtherMs: number;
}

/** A rate in requests per second at which all cores are busy: utilisation law, U = X · D, with U = C. */
export const capacityOf = ({ cores, furtherMs }: Station): number => (cores * 1_000) / furtherMs;

/**
 * The cost of a further request, from single requests and from bursts of `burst`, whose first request costs as much as a single one:
 * D(n) = D + (D₁ − D) / n.
 */
export function furtherCost(singleMs: number, burstMs: number, burst: number): number {
  return (burst * burstMs - singleMs) / (burst - 1);
}

/**
 * The share of time that the cores are busy (ρ) at `rate`: the M/G/1 queue with an exceptional first service (Welch 1964), in which a
 * request that finds the server idle, by chance 1 − ρ, costs `firstMs`. With equal costs, ρ = X · D / C.
 */
export function utilisation({ cores, firstMs, furtherMs }: Station, rate: number): number {
  const perMs = rate / 1_000 / cores;
  return Math.min(1, (perMs * firstMs) / (1 + perMs * (firstMs - furtherMs)));
}

/** Erlang's C formula: the chance that a request waits in M/M/c with `servers` at `offered` erlangs (rate · service time). */
export function erlangC(servers: number, offered: number): number {
  if (offered >= servers) return 1;
  // Erlang's B formula, by its recurrence.
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/** How long a request waits at most in ms, by the chance `share` (such as 0.99), in M/M/c: P(W > t) = C · e^(−(cµ − λ)t). */
export function waitQuantile(station: Station, rate: number, share: number): number {
  const { cores, furtherMs } = station;
  const sparePerMs = (capacityOf(station) - rate) / 1_000;
  if (sparePerMs <= 0) return Number.POSITIVE_INFINITY;
  const waits = erlangC(cores, (rate * furtherMs) / 1_000);
  return Math.max(0, Math.log(waits / (1 - share)) / sparePerMs);
}

/** The highest rate at which the wait and `answerMs`, the time of an answer without a wait, are within `limitMs` for `share` of the requests. */
export function highestRate(station: Station, answerMs: number, limitMs: number, share = 0.99): number {
  let [low, high] = [0, capacityOf(station)];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (waitQuantile(station, middle, share) + answerMs <= limitMs) low = middle;
    else high = middle;
  }
  return low;
}

/** Little's law, N = X · R: the rate per second that `places` carry if a request takes one for `residenceMs`. */
export const littleRate = (places: number, residenceMs: number): number => (places * 1_000) / residenceMs;
