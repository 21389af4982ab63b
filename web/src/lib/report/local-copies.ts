/** What a person has written on this device that the server does not have. */
export interface UnsentEdits {
  /** How many changes, as the state of saving counts them. */
  readonly count: number;
  readonly fileName: string;
  /** The edits with the text around them, one chapter after the other. */
  file(): Blob;
}

/** Looks through the local copies of a person; null when everything has reached the server. */
export async function unsentEdits(_personId: string): Promise<UnsentEdits | null> {
  return null;
}

/** Removes all local copies of a person from this device. */
export async function dropLocalCopies(_personId: string): Promise<void> {}
