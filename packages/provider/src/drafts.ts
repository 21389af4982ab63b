import type { Draft } from './types.ts';

/** The drafts of one chapter: those the local copy holds, and those it could not take (yet). */
export class Drafts {
  #all: readonly Draft[] = [];
  readonly #unkept = new Set<string>();

  get all(): readonly Draft[] {
    return this.#all;
  }

  /** Whether the local copy holds each of them. */
  get allKept(): boolean {
    return this.#unkept.size === 0;
  }

  /** What the local copy holds now, beside what is in memory only. */
  read(kept: readonly Draft[]): void {
    const keptIds = new Set(kept.map((draft) => draft.id));
    const inMemory = this.#all.filter(({ id }) => this.#unkept.has(id) && !keptIds.has(id));
    this.#all = [...kept, ...inMemory];
  }

  /** A new draft; it is in memory only until `kept`. */
  add(draft: Draft): void {
    this.#all = [...this.#all, draft];
    this.#unkept.add(draft.id);
  }

  kept(draft: Draft): void {
    this.#unkept.delete(draft.id);
  }

  remove(id: string): void {
    this.#all = this.#all.filter((draft) => draft.id !== id);
    this.#unkept.delete(id);
  }
}
