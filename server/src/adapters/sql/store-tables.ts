/** Pieces of uploaded files, where several nodes share a database and no folder. */
export interface StoredFilesTable {
  storage_key: string;
  /** From 0; the first one is written last, so that a file is there when all of it is. */
  piece: number;
  bytes: Uint8Array;
}

/** Texts of mails, likewise. They hold links: whoever can read the table can use them. */
export interface MailTextsTable {
  mail_id: string;
  text: string;
}

/** What lies in files of the data folder with SQLite, and in tables with PostgreSQL alone. */
export interface StoreTables {
  stored_files: StoredFilesTable;
  mail_texts: MailTextsTable;
}
