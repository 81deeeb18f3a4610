/** Something the user can mend: `message` says in one line what is wrong, why, and what to do. */
export class Refusal extends Error {
  override name = 'Refusal';
}
