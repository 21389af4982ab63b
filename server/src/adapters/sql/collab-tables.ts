/** A chapter's log. `head` is the position of its last row; positions have no gaps (R13). */
export interface CollabRoomsTable {
  chapter_id: string;
  /** Drawn at random at creation and by every restore and rollback (R11). */
  generation: string;
  head: number;
}

/** Rows are never changed and never deleted: history and authorship are read from them. */
export interface CollabLogTable {
  chapter_id: string;
  position: number;
  kind: 'update' | 'rights';
  /** Null in a `rights` row, as are `via` and `bytes`. */
  person_id: string | null;
  via: string | null;
  /** Milliseconds since the epoch. */
  at: number;
  /** A Yjs v1 update. */
  bytes: Uint8Array | null;
}

/** The latest merged state of a chapter; a shortcut for readers, rebuilt from the log if lost. */
export interface CollabSnapshotsTable {
  chapter_id: string;
  position: number;
  generation: string;
  state: Uint8Array;
}

/** Who each Yjs client id of a chapter belongs to (R7). */
export interface CollabClientsTable {
  chapter_id: string;
  client_id: number;
  person_id: string;
}

/** The tables the relay's log lives in. */
export interface CollabTables {
  collab_rooms: CollabRoomsTable;
  collab_log: CollabLogTable;
  collab_snapshots: CollabSnapshotsTable;
  collab_clients: CollabClientsTable;
}
