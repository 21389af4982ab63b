import type { StructId } from './read-update.ts';

/** A struct without its content: all that is needed to judge it. */
export class StructOutline {
  readonly id: StructId;
  readonly length: number;
  readonly isDeleted: boolean;
  readonly isGap: boolean;
  readonly needs: readonly StructId[];

  constructor(id: StructId, length: number, more: Omit<StructOutline, 'id' | 'length'>) {
    this.id = id;
    this.length = length;
    this.isDeleted = more.isDeleted;
    this.isGap = more.isGap;
    this.needs = more.needs;
  }
}
