// What the one transport suite needs of a transport. Each adapter is one file under adapters/ and does nothing but use the
// mesh's own carrier code at both ends; what it does differently from the others it says as data.

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
  /** Between the first and the second of `path`; `link` means that the far side begins a trace of its own. */
  relation?: 'link';
  /** What the far side's span links to besides, as `kind name`. */
  links?: string[];
  /** What of the baggage arrives; all of it where nothing is said. */
  baggage?: 'allow-list' | 'none';
  /** The caller is not believed what it says of tenant and user. */
  carriesMcp?: false;
  /** Nothing is written out on the way, so nothing can be broken there. */
  inProcess?: true;
  /** The span, as `kind name`, under which the work falls back when no context arrives; else it is a root itself. */
  fallback?: string;
  /** Ids travel apart, without the version of a traceparent: the far side cannot refuse one. */
  versionless?: true;
  open(env: TransportEnv): Promise<OpenTransport>;
}

export interface OpenTransport extends AsyncDisposable {
  /** Crosses over in the context of the caller, runs `work` on the far side in what arrived, and brings its result back. */
  carry<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Where the near side leaves its work and the far side finds it: both are in one process, and what goes over the wire is
 * the number alone.
 */
export class Desk {
  readonly #left = new Map<string, () => Promise<void>>();
  #last = 0;

  /** `send` gets the number to carry over. Resolves with what the work gave on the far side. */
  async carry<T>(work: () => Promise<T>, send: (id: string) => Promise<unknown>): Promise<T> {
    const id = String(++this.#last);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#left.set(id, () => work().then(resolve, reject));
    const [result] = await Promise.all([promise, send(id)]);
    return result;
  }

  /** To be called on the far side, in the context that arrived. */
  async run(id: string): Promise<void> {
    const work = this.#left.get(id);
    if (!work) throw new Error(`nobody left work under ${id}`);
    this.#left.delete(id);
    await work();
  }
}
