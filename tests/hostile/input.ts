// What every channel of attack is made of: inputs as data, each with the answer that is documented for it.

/** The answer. `text` has all of it, for the checks of every answer. */
export interface Answer {
  text: string;
  [detail: string]: unknown;
}

export interface HostileInput {
  /** What is wrong with it. */
  name: string;
  /** Sends it to the service that it attacks. */
  send(): Promise<Answer>;
  /** What has to come back, as `toMatchObject` takes it. */
  answer: Record<string, unknown>;
}

/** One way into the mesh. */
export interface Channel {
  name: string;
  /** One input after the other, where they would slow each other down too much. */
  isSequential?: boolean;
  inputs: HostileInput[];
}

/** What inputs carry as a secret, in prompts and in tokens: it may come up in no span and no log. */
export const SECRET = 'canary-7f3a';
/** The tenant that inputs claim to be without a token that says so: it may come up in no span and no log either. */
export const CLAIMED = 'claimed-2b9c';
