/**
 * Numbers of our advisory locks. They were drawn at random once, so that nothing else that uses the
 * same database takes them, and they are the same for every node of every version.
 */
export const ADVISORY_LOCKS = {
  /** Held by a transaction that writes. */
  writing: '5213741193460187301',
  /** Shared by the running servers; exclusive for a command that needs the database to itself. */
  serving: '5213741193460187302',
} as const;
