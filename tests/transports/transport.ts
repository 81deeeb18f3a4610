// The interface of a transport in the suite. Each adapter under adapters/ uses the mesh's carrier code at both ends and declares
// its differences as data.

export interface TransportEnv {
  databaseUrl: string;
  redisUrl: string;
  sqsEndpoint: string;
}

export interface Transport {
  name: string;
  /**
   * The spans between the far work and the near one, as `kind name`, beginning with the one that is active on the far
   * side. Each is the parent of the one before it; empty where the far side continues in the near span itself.
   */
  path: string[];
  /** Between the first and the second of `path`; `link` means that the far side begins a new trace. */
  relation?: 'link';
  /** Other spans that the far side's span links to, as `kind name`. */
  links?: string[];
  /** The baggage that arrives; all of it by default. */
  baggage?: 'allow-list' | 'none';
  /** Tenant and user from the caller are not trusted. */
  carriesMcp?: false;
  /** The context is not serialized, so it cannot be malformed. */
  inProcess?: true;
  /** The span, as `kind name`, under which the work falls back when no context arrives; else it is a root itself. */
  fallback?: string;
  /** The ids have no traceparent version, so the far side cannot refuse one. */
  versionless?: true;
  open(env: TransportEnv): Promise<OpenTransport>;
}

export interface OpenTransport extends AsyncDisposable {
  /** Crosses in the caller's context, runs `work` on the far side in the context that arrived, and returns its result. */
  carry<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Where the near side leaves its work and the far side finds it: both are in one process, and what goes over the wire is
 * the number alone.
 */
export class Desk {
  readonly #left = new Map<string, () => Promise<void>>();
  #last = 0;

  /** `send` carries the number. Resolves to the result of the work on the far side. */
  async carry<T>(work: () => Promise<T>, send: (id: string) => Promise<unknown>): Promise<T> {
    const id = String(++this.#last);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#left.set(id, () => work().then(resolve, reject));
    const [result] = await Promise.all([promise, send(id)]);
    return result;
  }

  /** Called on the far side, in the context that arrived. */
  async run(id: string): Promise<void> {
    const work = this.#left.get(id);
    if (!work) throw new Error(`no work is registered under ${id}`);
    this.#left.delete(id);
    await work();
  }
}
