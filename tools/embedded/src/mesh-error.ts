/** A problem that the user can fix: `message` says what failed, why, and the fix; command lines print it without a stack. */
export class MeshError extends Error {
  override name = 'MeshError';
}
