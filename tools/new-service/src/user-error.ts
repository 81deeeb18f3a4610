/** A problem that the user can fix: `message` says in one line what failed, why, and the fix. */
export class UserError extends Error {
  override name = 'UserError';
}
