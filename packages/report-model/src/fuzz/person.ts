import * as Y from 'yjs';
import { ChapterModel } from '../model.ts';
import { blocksOf } from '../text.ts';
import type { Block, BlockInput, BlockPatch, Point, TableGrid } from '../types.ts';
import { createUndoManager } from '../undo.ts';
import { CONTAINERS, DEEDS, MARKS, PATCHES, TABLE_DEEDS } from './deeds.ts';
import type { Deed } from './deeds.ts';
import { borders, offsetText } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { Mirror } from './mirror.ts';
import type { Random } from './random.ts';

type TableBlock = Block & { readonly grid: TableGrid };

/** One copy of the chapter and the person who works in it. */
export class Person {
  readonly doc: Y.Doc;
  readonly model: ChapterModel;
  readonly mirror: Mirror;
  readonly #random: Random;
  readonly #ledger: Ledger;
  readonly #origin = {};
  #undo: Y.UndoManager | null = null;
  readonly #deeds: readonly (readonly [Deed, number])[];
  /** What this person's own operations did otherwise than meant, in their own copy. */
  readonly surprises: string[] = [];

  constructor(
    random: Random,
    ledger: Ledger,
    { client, table }: { client: number; table: boolean },
  ) {
    this.#random = random;
    this.#ledger = ledger;
    this.#deeds = table ? TABLE_DEEDS : DEEDS;
    this.doc = new Y.Doc({ guid: String(client) });
    this.doc.clientID = client;
    this.model = new ChapterModel(this.doc);
    this.mirror = new Mirror(this.model.blocks);
    this.model.observe(({ changes }) => this.mirror.apply(changes));
  }

  /** Takes back the last thing done, or does it again. */
  undoOrRedo(): void {
    if (this.#random.chance(0.7)) this.#undo?.undo();
    else this.#undo?.redo();
  }

  /** From now on this person can undo. */
  beginUndo(): void {
    this.#undo = createUndoManager(this.doc, this.#origin, { captureTimeout: 0 });
  }

  /** Does one thing; returns what, for the report of a failure. */
  act(): Deed {
    const deed = this.#random.weighted(this.#deeds);
    this.#do(deed);
    return deed;
  }

  /** Writes the paragraphs everybody begins with. */
  begin(paragraphs: number): void {
    for (let at = 0; at < paragraphs; at += 1) {
      const inlines = [{ kind: 'text', text: this.#words(1 + this.#random.below(3)) }] as const;
      if (at === 0) this.model.insertInlines({ block: 'head', offset: 0 }, inlines, this.#origin);
      else this.model.insertBlocks(null, [{ inlines }], this.#origin);
    }
    if (this.#deeds === TABLE_DEEDS) this.#insertTable(this.model.blocks[0] ?? null);
  }

  #do(deed: Deed): void {
    const random = this.#random;
    const { model } = this;
    const block = random.pick([...blocksOf(model.blocks)]);
    const at = { block: block.key, offset: random.pick(borders(offsetText(block))) };
    switch (deed) {
      case 'type':
        model.insertText(
          at,
          this.#words(1),
          random.chance(0.2) ? { bold: true } : {},
          this.#origin,
        );
        return;
      case 'split':
        this.#split(at, random.chance(0.3) ? random.pick(PATCHES) : {});
        return;
      case 'join':
        this.#join(block);
        return;
      case 'type-change':
        model.setBlocks([block.key], random.pick(PATCHES), this.#origin);
        return;
      case 'containers':
        model.setBlocks(this.#neighbours(block), random.pick(CONTAINERS), this.#origin);
        return;
      case 'move':
        this.#move(block);
        return;
      case 'delete-range':
        this.#deleteRange(block);
        return;
      case 'delete-blocks':
        this.#deleteBlocks(this.#neighbours(block));
        return;
      case 'format':
        this.#format(block);
        return;
      case 'paste':
        this.#paste(random.chance(0.1) ? null : block.key);
        return;
      case 'paste-inside':
        model.insertContent(at, this.#pasted(), this.#origin);
        return;
      case 'math':
        model.insertInlines(at, [{ kind: 'math', tex: 'x^2' }], this.#origin);
        return;
      case 'table':
        if (model.area('body').includes(block)) this.#insertTable(block);
        return;
      case 'line-add':
      case 'line-delete':
      case 'line-move':
      case 'line-header':
        this.#table(deed);
        return;
      default:
        throw new Error('unknown deed');
    }
  }

  #words(count: number): string {
    const words = Array.from({ length: count }, () =>
      this.#ledger.word(this.#random, this.doc.clientID),
    );
    return words.join(' ') + (this.#random.chance(0.1) ? '\n' : '');
  }

  /** The block and perhaps some after it, in one area. */
  #neighbours(block: Block): string[] {
    const place = this.model.find(block.key);
    if (!place) return [];
    const count = 1 + (this.#random.chance(0.4) ? this.#random.below(3) : 0);
    return this.model
      .area(place.area)
      .slice(place.index, place.index + count)
      .map((one) => one.key);
  }

  #move(block: Block): void {
    const place = this.model.find(block.key);
    if (!place) return;
    const area = this.model.area(place.area);
    const keys = this.#neighbours(block);
    const others = area.map((one) => one.key).filter((key) => !keys.includes(key));
    const before = others[this.#random.below(others.length + 1)] ?? null;
    if (!this.model.moveBlocks(keys, before, this.#origin)) return;
    const at = before === null ? others.length : others.indexOf(before);
    this.#expect('move', place.area, others.toSpliced(at, 0, ...keys));
  }

  #deleteRange(block: Block): void {
    const place = this.model.find(block.key);
    if (!place) return;
    const random = this.#random;
    const area = this.model.area(place.area);
    const last = area[place.index + (random.chance(0.5) ? random.below(3) : 0)] ?? block;
    const from = this.#cutPoint(block);
    const to = last === block ? Math.max(from, this.#cutPoint(block)) : this.#cutPoint(last);
    const lastIndex = this.model.find(last.key)?.index ?? place.index;
    for (const [index, one] of area.entries()) {
      if (index < place.index || index > lastIndex) continue;
      const isInner = index > place.index && index < lastIndex;
      const text = offsetText(one);
      this.#ledger.deletes(text, one === block ? from : 0, one === last ? to : text.length);
      if (isInner) this.#deletesCells(one);
    }
    this.model.deleteRange(
      { from: { block: block.key, offset: from }, to: { block: last.key, offset: to } },
      this.#origin,
    );
  }

  #split(at: Point, patch: BlockPatch): void {
    const key = this.model.splitBlock(at, patch, this.#origin);
    const place = this.model.find(at.block);
    if (!key || !place) return;
    const next = this.model.area(place.area)[place.index + 1]?.key;
    if (next !== key) this.surprises.push('a split shows its second half elsewhere');
  }

  #join(block: Block): void {
    const area = this.model.find(block.key)?.area ?? 'body';
    const left = this.#keysOf(area).filter((key) => key !== block.key);
    if (this.model.joinBackward(block.key, this.#origin)) this.#expect('join', area, left);
  }

  #keysOf(area: string): string[] {
    return this.model.area(area).map((block) => block.key);
  }

  #paste(before: string | null): void {
    const area = before === null ? 'body' : (this.model.find(before)?.area ?? 'body');
    const old = this.#keysOf(area);
    const keys = this.model.insertBlocks(before, this.#pasted(), this.#origin);
    const at = before === null ? old.length : old.indexOf(before);
    this.#expect('paste', area, old.toSpliced(at, 0, ...keys));
  }

  #expect(deed: Deed, area: string, keys: readonly string[]): void {
    const now = this.#keysOf(area);
    if (now.map(settledKey).join(' ') === keys.map(settledKey).join(' ')) return;
    this.surprises.push(`${deed} gave ${now.join(' ')} instead of ${keys.join(' ')}`);
  }

  /** Mostly between words, sometimes within one. */
  #cutPoint(block: Block): number {
    const text = offsetText(block);
    return this.#random.chance(0.2)
      ? this.#random.below(text.length + 1)
      : this.#random.pick(borders(text));
  }

  #deleteBlocks(keys: readonly string[]): void {
    for (const key of keys) {
      const block = this.model.find(key)?.block;
      if (!block) continue;
      this.#ledger.deletes(offsetText(block), 0, Number.POSITIVE_INFINITY);
      this.#deletesCells(block);
    }
    const area = this.model.find(keys[0] ?? '')?.area ?? 'body';
    const left = this.#keysOf(area).filter((key) => !keys.includes(key));
    this.model.deleteBlocks(keys, this.#origin);
    if (left.length > 0) this.#expect('delete-blocks', area, left);
  }

  #deletesCells(block: Block): void {
    for (const inner of blocksOf([block])) {
      if (inner !== block) this.#ledger.deletes(offsetText(inner), 0, Number.POSITIVE_INFINITY);
    }
  }

  #format(block: Block): void {
    const keys = this.#neighbours(block);
    const last = this.model.find(keys.at(-1) ?? block.key)?.block ?? block;
    const [a, b] = [this.#cutPoint(block), this.#cutPoint(last)];
    const span = last === block ? [Math.min(a, b), Math.max(a, b)] : [a, b];
    const mark = this.#random.pick(MARKS);
    this.model.format(
      {
        from: { block: block.key, offset: span[0] ?? 0 },
        to: { block: last.key, offset: span[1] ?? 0 },
      },
      this.#random.chance(0.7) ? { set: { [mark]: true } } : { unset: [mark] },
      this.#origin,
    );
  }

  #pasted(): BlockInput[] {
    return Array.from({ length: 1 + this.#random.below(3) }, () => ({
      ...this.#random.pick(PATCHES),
      inlines: [{ kind: 'text' as const, text: this.#words(1) }],
    }));
  }

  #insertTable(block: Block | null): void {
    const cell = (): BlockInput[] =>
      this.#random.chance(0.5) ? [{ inlines: [{ kind: 'text', text: this.#words(1) }] }] : [];
    const rows = Array.from({ length: 1 + this.#random.below(2) }, () => ({
      cells: [cell(), cell()],
    }));
    this.model.insertBlocks(block?.key ?? null, [{ table: { rows } }, {}], this.#origin);
  }

  #table(deed: Deed): void {
    const random = this.#random;
    const tables = this.model.blocks.filter((block): block is TableBlock => block.type === 'table');
    if (tables.length === 0) return;
    const table = random.pick(tables);
    const axis = random.chance(0.5) ? 'row' : 'column';
    const { grid } = table;
    const lines = (axis === 'row' ? grid.rows : grid.columns).map((line) => line.id);
    const id = random.pick(lines);
    const before = lines[random.below(lines.length + 1)] ?? null;
    if (deed === 'line-add') this.model.addLine(table.key, axis, before, this.#origin);
    else if (deed === 'line-move')
      this.model.moveLine(table.key, axis, { id, before }, this.#origin);
    else if (deed === 'line-header') {
      this.model.setHeader(table.key, axis, { id, header: random.chance(0.5) }, this.#origin);
    } else {
      const at = lines.indexOf(id);
      const cells =
        axis === 'row' ? (grid.cells[at] ?? []) : grid.cells.flatMap((row) => row[at] ?? []);
      for (const block of cells.flatMap((cell) => cell.blocks)) {
        this.#ledger.deletes(offsetText(block), 0, Number.POSITIVE_INFINITY);
      }
      this.model.deleteLine(table.key, axis, id, this.#origin);
    }
  }
}

/** The paragraph of a cell nobody has written in gets another key when somebody does. */
function settledKey(key: string): string {
  return key.endsWith(':head') ? 'cell head' : key;
}
