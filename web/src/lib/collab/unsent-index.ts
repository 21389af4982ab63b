/**
 * Which chapters of a person hold something on this device that the server does not have: a small
 * list beside the local copies, because those can only be asked chapter by chapter. A chapter is
 * entered before its first unsent change can be forgotten and leaves when everything was sent, so
 * the list may name a chapter too many, never one too few.
 */
export interface UnsentChapter {
  readonly chapterId: string;
  readonly documentId: string;
  /** The chapter's title when it was entered, for the file offered at signing out. */
  readonly title: string;
}

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The list of one person. Where storage is switched off it is empty, as are the local copies. */
export class UnsentIndex {
  readonly #key: string;
  readonly #shelf: Shelf;

  constructor(personId: string, shelf: Shelf = localStorage) {
    this.#key = `plenary.unsent.${personId}`;
    this.#shelf = shelf;
  }

  /** The chapters now listed. What cannot be read counts as empty. */
  list(): readonly UnsentChapter[] {
    try {
      const found: unknown = JSON.parse(this.#shelf.getItem(this.#key) ?? '[]');
      return Array.isArray(found) ? found.filter(isUnsentChapter) : [];
    } catch {
      return [];
    }
  }

  /** Whether a chapter is listed. */
  has(chapterId: string): boolean {
    return this.list().some((listed) => listed.chapterId === chapterId);
  }

  /** Lists a chapter; one that is listed already stays as it is. */
  add(chapter: UnsentChapter): void {
    if (!this.has(chapter.chapterId)) this.#write([...this.list(), chapter]);
  }

  /** Takes a chapter off the list. */
  remove(chapterId: string): void {
    const listed = this.list();
    const rest = listed.filter((chapter) => chapter.chapterId !== chapterId);
    if (rest.length !== listed.length) this.#write(rest);
  }

  /** Forgets the list. */
  clear(): void {
    this.#write([]);
  }

  #write(chapters: readonly UnsentChapter[]): void {
    try {
      if (chapters.length === 0) this.#shelf.removeItem(this.#key);
      else this.#shelf.setItem(this.#key, JSON.stringify(chapters));
    } catch {
      // Storage is switched off or full: the chapter's own state says what is kept and what not.
    }
  }
}

function isUnsentChapter(value: unknown): value is UnsentChapter {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['chapterId', 'documentId', 'title'].every(
      (key) => typeof (value as Record<string, unknown>)[key] === 'string',
    )
  );
}
