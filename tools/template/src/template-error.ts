/** A problem that the user can fix: `message` says in one line what failed, why, and the fix. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}
