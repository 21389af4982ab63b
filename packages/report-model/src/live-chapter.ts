import * as Y from 'yjs';
import { diffBlocks } from './diff.ts';
import type { Flow, FlowBlock } from './flow.ts';
import { BODY } from './keys.ts';
import { patchSnapshot } from './patch.ts';
import { pointAtIndex, relativeAt, resolveRelative } from './positions.ts';
import type { Side } from './positions.ts';
import { adoptFormatting, keepReadingQuiet } from './quiet.ts';
import { RememberingReader } from './reader.ts';
import type { IsUntouched } from './reader.ts';
import { bodyOf, takeSnapshot } from './snapshot.ts';
import type { Place, Snapshot } from './snapshot.ts';
import { spotAt } from './text-ops.ts';
import type { AreaKey, Block, BlockKey, ModelChange, ModelEvent, Point } from './types.ts';
import { unitPlaces } from './units.ts';
import type { UnitPlaces } from './units.ts';

/** A block and the text it is part of. */
export interface Source {
  readonly place: Place;
  readonly flow: Flow;
  readonly flowBlock: FlowBlock;
}

/**
 * A chapter that stays up to date: its blocks, the way from places in them to places in Yjs and back,
 * and the changes as they happen. Opening one writes nothing; `close` ends it.
 *
 * Invariants: 1. `#snapshot` tells the document's state whenever `#isStale` is false. 2. `#published`
 * is what listeners have been told. 3. Only `#refresh` and `#changesBy` read, only `#onTransaction`
 * tells.
 */
export class LiveChapter {
  readonly doc: Y.Doc;
  readonly #reader = new RememberingReader();
  readonly #stopQuiet: () => void;
  readonly #listeners = new Set<(event: ModelEvent) => void>();
  #snapshot: Snapshot;
  #published: readonly Block[];
  #isStale = false;
  /** A reading was made inside a transaction that is still under way, so nothing counts as untouched. */
  #wasReadInside = false;

  constructor(doc: Y.Doc) {
    this.doc = doc;
    adoptFormatting(bodyOf(doc));
    this.#snapshot = takeSnapshot(doc, this.#reader);
    this.#published = this.#snapshot.blocks;
    this.#stopQuiet = keepReadingQuiet(doc);
    doc.on('afterTransaction', this.#onTransaction);
  }

  /** Stops listening to the document. Safe to call twice. */
  close(): void {
    this.#stopQuiet();
    this.doc.off('afterTransaction', this.#onTransaction);
    this.#listeners.clear();
  }

  /** The blocks of the body, as they are now. Never empty. Unchanged blocks stay the same objects. */
  get blocks(): readonly Block[] {
    return this.now().blocks;
  }

  /** The blocks of the body or of a cell; [] when there is no such cell. */
  area(area: AreaKey): readonly Block[] {
    return (this.now().areas.get(area) ?? []).map((place) => place.block);
  }

  /** The keys of all areas: the body, then the cells of its tables. */
  areaKeys(): readonly AreaKey[] {
    const keys = [...this.now().areas.keys()];
    return [BODY, ...keys.filter((key) => key !== BODY)];
  }

  /** A block with its area and its index there, or null. */
  find(key: BlockKey): Pick<Place, 'area' | 'index' | 'block'> | null {
    return this.now().places.get(key) ?? null;
  }

  /** Calls `listener` after every transaction that changed what is visible; returns how to stop. */
  observe(listener: (event: ModelEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes several operations one transaction. */
  transact<T>(origin: unknown, work: () => T): T {
    return this.doc.transact(work, origin);
  }

  /** A place as JSON that survives every change (a Yjs relative position), or null when it is nowhere. */
  toRelative(at: Point, side: Side): unknown {
    const source = this.source(at.block);
    if (!source) return null;
    return relativeAt(source.flow.text, spotAt(source.flowBlock, at.offset).spot.index, side);
  }

  /** Where such a place is now; null when it is malformed or its text is not shown. */
  fromRelative(json: unknown): Point | null {
    const found = resolveRelative(this.doc, json);
    const flow = found && this.now().flows.get(found.text);
    const point = flow ? pointAtIndex(flow, found.index) : null;
    return point && this.now().places.has(point.block) ? point : null;
  }

  /** The places around each unit of a block's text, in order; [] when there is no such block. */
  unitPlaces(key: BlockKey): readonly UnitPlaces[] {
    const source = this.source(key);
    return source ? unitPlaces(source.flowBlock) : [];
  }

  readonly #onTransaction = (transaction: Y.Transaction): void => {
    if (transaction.changed.size === 0 && !this.#isStale) return;
    const changes = this.#changesBy(transaction);
    if (changes.length === 0) return;
    const event = { changes, origin: transaction.origin, isLocal: transaction.local };
    for (const listener of this.#listeners) listener(event);
  };

  #changesBy(transaction: Y.Transaction): readonly ModelChange[] {
    const patched = this.#wasReadInside ? null : patchSnapshot(this.#snapshot, transaction);
    const before = this.#published;
    if (patched) this.#snapshot = patched.snapshot;
    else this.#refresh(this.#wasReadInside ? () => false : untouchedIn(transaction));
    this.#isStale = false;
    this.#wasReadInside = false;
    this.#published = this.#snapshot.blocks;
    return patched?.changes ?? diffBlocks(before, this.#published);
  }

  /** The chapter as it is at this moment, inside a transaction too. */
  protected now(): Snapshot {
    if (this.#isStale) {
      this.#wasReadInside = true;
      this.#refresh(() => false);
    }
    return this.#snapshot;
  }

  #refresh(isUntouched: IsUntouched): void {
    this.#reader.begin(isUntouched);
    this.#snapshot = takeSnapshot(this.doc, this.#reader);
    this.#isStale = false;
  }

  /** To be called after every write of our own: the next reading looks again. */
  protected markStale(): void {
    this.#isStale = true;
  }

  /** The text a block is part of; null for one that is not there, or that nobody has written in. */
  protected source(key: BlockKey): Source | null {
    const place = this.now().places.get(key);
    return place?.source ? { place, ...place.source } : null;
  }
}

/** Everything a transaction changed, with all that contains it; the rest is untouched. */
function untouchedIn(transaction: Y.Transaction): IsUntouched {
  const touched = new Set<unknown>();
  for (const type of transaction.changed.keys()) {
    let at: unknown = type;
    while (at instanceof Y.AbstractType && !touched.has(at)) {
      touched.add(at);
      at = at._item?.parent;
    }
  }
  return (type) => !touched.has(type);
}
