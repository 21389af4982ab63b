/** The roles a membership can carry in an activity. `reviewer` is limited to named documents. */
export const ROLES = ['chair', 'member', 'reviewer', 'observer'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Why a chapter can only be read. Stable words: they travel on the wire and choose the message the
 * person sees.
 */
export type ReadReason = 'role' | 'frozen' | 'schema' | 'rights-unknown' | 'storage-full';

/** What a person may do in one chapter at one moment. */
export type Access =
  | { readonly mode: 'none' }
  | { readonly mode: 'read'; readonly reason: ReadReason }
  | { readonly mode: 'write' };

/**
 * A signed-in person as the relay knows them. Name and colour are the server's: what a client
 * claims about itself in presence is overwritten with these (relay rule R7).
 */
export interface Identity {
  readonly personId: string;
  readonly name: string;
  /** CSS hex colour such as `#3b6ea5`. */
  readonly color: string;
  /**
   * How the person proved who they are. `operator` marks sessions that began with a link or token
   * issued by the operator; what is written through them is recorded as such.
   */
  readonly via: 'password' | 'token' | 'link' | 'operator';
}
