import type { NewService } from './kinds.ts';

/** A new service, and the text of each file that it creates or changes, by path from the root of the checkout. */
export interface Plan extends NewService {
  created: Map<string, string>;
  changed: Map<string, string>;
}

/** What a new service adds to the checkout beside its folder, its row and what is made from the rows. */
export interface Extra {
  /** The names that it occupies, each with the reason. */
  takenNames(root: string): Promise<[name: string, reason: string][]>;
  /** Adds its files and changes to the plan. `fill` replaces the placeholders of a template. Throws a `UserError`. */
  extend(plan: Plan, root: string, fill: (template: string) => string): Promise<void>;
  /** Programs to run once the packages are installed, each with a description: `['drawing …', 'path/to/program.ts']`. */
  programs: [description: string, path: string][];
  /** What to do next, each with a description. */
  nextSteps(name: string): [step: string, description: string][];
}
