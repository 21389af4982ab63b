import * as Y from 'yjs';
import { headKey } from './fragment.ts';
import { applyPatch } from './input.ts';
import { BODY } from './keys.ts';
import { LiveChapter } from './live-chapter.ts';
import type { Source } from './live-chapter.ts';
import {
  deleteAcross,
  deleteBlocks,
  insertAfter,
  insertContentAt,
  joinToPrevious,
  moveBlocks,
  splitAt,
} from './structure-ops.ts';
import {
  addCell,
  addLine,
  deleteLine,
  keepCell,
  moveLine,
  setColumnWidth,
  setLineHeader,
} from './table-ops.ts';
import type { Axis } from './table-ops.ts';
import { tableParts } from './table-read.ts';
import type { TableParts } from './table-read.ts';
import { blockStretches, formatBlock, insertAt, spotAt } from './text-ops.ts';
import type { MarkChange } from './text-ops.ts';
import type { BlockInput, BlockKey, BlockPatch, InlineInput, Marks, Point, Span } from './types.ts';
import { deleteStretches, setKey } from './write.ts';

/**
 * A live chapter with every operation on it.
 *
 * Operations run in one Yjs transaction each, with the origin given; wrapped in `transact` several make
 * one. Inside, and right after each of them, all readings are already up to date; listeners hear of it
 * when the outermost transaction has ended. An operation that names a block which is not there (any
 * more) changes nothing and returns null, false or [].
 */
export class ChapterModel extends LiveChapter {
  /** Inserts text with exactly these marks (none when left out). Newlines are breaks. */
  insertText(at: Point, text: string, marks: Marks, origin: unknown): boolean {
    return this.insertInlines(at, [{ kind: 'text', text, marks }], origin);
  }

  /** Inserts text and inline objects. */
  insertInlines(at: Point, inlines: readonly InlineInput[], origin: unknown): boolean {
    return this.#edit(origin, () => {
      const source = this.#writable(at.block);
      if (!source) return false;
      insertAt(source.flow.text, spotAt(source.flowBlock, at.offset).spot, inlines);
      return true;
    });
  }

  /**
   * Deletes what is visible between two places of one area. Over a border the blocks between go and
   * the rest of the last block joins the first; a table at either end loses only its caption's part.
   */
  deleteRange({ from, to }: Span, origin: unknown): boolean {
    return this.#edit(origin, () => {
      this.#keep(from.block);
      this.#keep(to.block);
      const first = this.source(from.block);
      const last = this.source(to.block);
      if (!first || !last || first.place.area !== last.place.area) return false;
      if (first.flowBlock === last.flowBlock) {
        const parts = blockStretches(first.flowBlock, from.offset, to.offset);
        deleteStretches(first.flow.text, parts);
      } else if (first.flow === last.flow) {
        deleteAcross(
          first.flow,
          { block: first.flowBlock, offset: from.offset },
          { block: last.flowBlock, offset: to.offset },
        );
      } else this.#deleteAcrossTexts(first, from.offset, last, to.offset);
      return true;
    });
  }

  /**
   * Splits a block: what follows becomes a block of its own with the keys of `patch` (a paragraph when
   * it names no type). Returns the new block's key.
   */
  splitBlock(at: Point, patch: BlockPatch, origin: unknown): BlockKey | null {
    return this.#edit(origin, () => {
      const source = this.#writable(at.block);
      return source && splitAt(source.flow, source.flowBlock, at.offset, patch);
    });
  }

  /** Appends a block's text to the block shown before it. False at an area's start and beside a table. */
  joinBackward(key: BlockKey, origin: unknown): boolean {
    return this.#edit(origin, () => {
      const source = this.source(key);
      return source ? joinToPrevious(source.flow, source.flowBlock) : false;
    });
  }

  /** Changes type, attributes or containers; only keys that differ are written. A table keeps its type. */
  setBlocks(keys: readonly BlockKey[], patch: BlockPatch, origin: unknown): boolean {
    return this.#edit(origin, () => {
      let isAny = false;
      for (const key of keys) {
        const source = this.#writable(key);
        const holder = source?.flowBlock.fragments[0]?.holder;
        if (!source || !holder) continue;
        const { type: _, ...others } = patch;
        applyPatch(holder, source.place.block.type === 'table' ? others : patch);
        isAny = true;
      }
      return isAny;
    });
  }

  /** Turns marks on and off over a range, which may span blocks of one area. */
  format({ from, to }: Span, change: MarkChange, origin: unknown): boolean {
    return this.#edit(origin, () => {
      const first = this.now().places.get(from.block);
      const last = this.now().places.get(to.block);
      if (!first || !last || first.area !== last.area) return false;
      const places = this.now().areas.get(first.area) ?? [];
      for (const { index, source } of places.slice(first.index, last.index + 1)) {
        if (!source) continue;
        const range = {
          from: index === first.index ? from.offset : 0,
          to: index === last.index ? to.offset : source.flowBlock.length,
        };
        formatBlock(source.flow.text, source.flowBlock, range, change);
      }
      return true;
    });
  }

  /** Inserts blocks before a block, or at the body's end. Returns their keys. */
  insertBlocks(
    before: BlockKey | null,
    inputs: readonly BlockInput[],
    origin: unknown,
  ): readonly BlockKey[] {
    return this.#edit(origin, () => {
      const source = before === null ? this.#lastSource() : this.#writable(before);
      if (!source || inputs.length === 0) return [];
      const { flow, flowBlock } = source;
      const last = before === null ? flowBlock : flow.blocks[flow.blocks.indexOf(flowBlock) - 1];
      return insertAfter(flow, last?.fragments.at(-1) ?? null, inputs);
    });
  }

  /**
   * Inserts content in the middle of a block, as a paste does: the first input gives its inlines to the
   * block, every further one starts a block, and what stood after the place ends up in the last (after
   * a table, in a paragraph of its own). Returns the keys of the new blocks.
   */
  insertContent(at: Point, inputs: readonly BlockInput[], origin: unknown): readonly BlockKey[] {
    return this.#edit(origin, () => {
      const source = this.#writable(at.block);
      return source ? insertContentAt(source.flow, source.flowBlock, at.offset, inputs) : [];
    });
  }

  /**
   * Deletes whole blocks with their text. An area always keeps a block to write in. What others write
   * in a deleted block meanwhile joins the block before it; a table in which they do shows again.
   */
  deleteBlocks(keys: readonly BlockKey[], origin: unknown): boolean {
    return this.#edit(origin, () => {
      for (const key of keys) this.#keepCell(key);
      const byFlow = Map.groupBy(
        keys.flatMap((key) => this.source(key) ?? []),
        (source) => source.flow,
      );
      for (const [flow, sources] of byFlow) {
        deleteBlocks(flow, new Set(sources.map((source) => source.flowBlock.key)));
      }
      return byFlow.size > 0;
    });
  }

  /**
   * Moves blocks before another of the same area, or to its end; their order among themselves is kept.
   * No text is written: what others type in them meanwhile goes along.
   */
  moveBlocks(keys: readonly BlockKey[], before: BlockKey | null, origin: unknown): boolean {
    return this.#edit(origin, () => {
      const sources = keys.flatMap((key) => this.source(key) ?? []);
      const [first] = sources;
      if (!first || (before !== null && keys.includes(before))) return false;
      const target = before === null ? null : this.source(before);
      if (before !== null && target?.flow !== first.flow) return false;
      const moved = sources
        .filter((source) => source.flow === first.flow)
        .toSorted((a, b) => a.place.index - b.place.index);
      moveBlocks(
        first.flow,
        moved.map((source) => source.flowBlock),
        target?.flowBlock ?? null,
      );
      return true;
    });
  }

  /** Adds a row or column before another, or as the last. Returns its id. */
  addLine(table: BlockKey, axis: Axis, before: string | null, origin: unknown): string | null {
    return this.#table(table, origin, null, (parts) => addLine(parts, axis, before));
  }

  /** Deletes a row or column with the text in it. What others write in it meanwhile shows it again. */
  deleteLine(table: BlockKey, axis: Axis, id: string, origin: unknown): boolean {
    return this.#table(table, origin, false, (parts) => {
      deleteLine(parts, axis, id);
      return true;
    });
  }

  /** Moves a row or column before another, or to the end. */
  moveLine(
    table: BlockKey,
    axis: Axis,
    line: { readonly id: string; readonly before: string | null },
    origin: unknown,
  ): boolean {
    return this.#table(table, origin, false, (parts) => {
      moveLine(parts, axis, line.id, line.before);
      return true;
    });
  }

  /** Makes a row or column a header, or an ordinary one. */
  setHeader(
    table: BlockKey,
    axis: Axis,
    line: { readonly id: string; readonly header: boolean },
    origin: unknown,
  ): boolean {
    return this.#table(table, origin, false, (parts) => {
      setLineHeader(parts, axis, line.id, line.header);
      return true;
    });
  }

  /** Sets a column's width in CSS pixels (null: as the reader draws it). */
  setColumnWidth(
    table: BlockKey,
    column: { readonly id: string; readonly width: number | null },
    origin: unknown,
  ): boolean {
    return this.#table(table, origin, false, (parts) => {
      setColumnWidth(parts, column.id, column.width);
      return true;
    });
  }

  #edit<T>(origin: unknown, work: () => T): T {
    return this.doc.transact(() => {
      try {
        return work();
      } finally {
        this.markStale();
      }
    }, origin);
  }

  #table<T>(table: BlockKey, origin: unknown, otherwise: T, work: (parts: TableParts) => T): T {
    return this.#edit(origin, () => {
      const holder = this.source(table)?.flowBlock.fragments[0]?.holder;
      const parts = holder instanceof Y.Map ? tableParts(holder) : null;
      return parts ? work(parts) : otherwise;
    });
  }

  /** A deleted block that is shown all the same (D11, D14) stays, whatever becomes of its text. */
  #keep(key: BlockKey): void {
    this.#keepCell(key);
    const first = this.source(key)?.flowBlock.fragments[0];
    if (first?.keys['gone'] !== true) return;
    setKey(first.holder, 'gone', undefined);
    this.markStale();
  }

  /** The same for the table around a block in a cell, and for its row and column (D13). */
  #keepCell(key: BlockKey): void {
    const [table = '', row, column] = this.now().places.get(key)?.area.split('/') ?? [];
    if (row === undefined || column === undefined) return;
    const holder = this.source(table)?.flowBlock.fragments[0]?.holder;
    if (holder instanceof Y.Map && keepCell(holder, row, column)) this.markStale();
  }

  /** Like `source`, but makes sure that the block stays: somebody is about to write in it. */
  #writable(key: BlockKey): Source | null {
    this.#keep(key);
    const place = this.now().places.get(key);
    if (!place) return null;
    if (place.source) return this.source(key);
    const [table = '', row = '', column = ''] = place.area.split('/');
    const holder = this.source(table)?.flowBlock.fragments[0]?.holder;
    const parts = holder instanceof Y.Map ? tableParts(holder) : null;
    if (!parts) return null;
    const text = addCell(parts, `${row}/${column}`);
    this.markStale();
    return this.source(headKey(text));
  }

  #lastSource(): Source | null {
    const last = this.now().areas.get(BODY)?.at(-1);
    return last ? this.#writable(last.block.key) : null;
  }

  /** A cell may hold several texts (D12): each loses its part, none joins another. */
  #deleteAcrossTexts(first: Source, from: number, last: Source, to: number): void {
    const places = this.now().areas.get(first.place.area) ?? [];
    const middle = places.slice(first.place.index + 1, last.place.index);
    deleteStretches(first.flow.text, blockStretches(first.flowBlock, from, first.flowBlock.length));
    deleteStretches(last.flow.text, blockStretches(last.flowBlock, 0, to));
    this.markStale();
    this.deleteBlocks(
      middle.map((place) => place.block.key),
      null,
    );
  }
}
