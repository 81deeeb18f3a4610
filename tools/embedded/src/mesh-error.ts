// An error that a person at a terminal can act on: its message is all they need, so CLIs print it without a stack.

/** Something the user can mend; `message` says what happened, why, and what to do. */
export class MeshError extends Error {
  override name = 'MeshError';
}
