import * as Y from 'yjs';
import { isLiteral, pushInlines, readInlines, toBlock } from './block.ts';
import { diffBlock } from './diff.ts';
import { applyEdits, editsOf } from './edit-fragment.ts';
import type { Edit } from './edit-fragment.ts';
import { flowBlockOf, isEmptyFlow } from './flow.ts';
import type { Flow, FlowBlock } from './flow.ts';
import { markerIn, physicalLength, rereadFragment } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import { BODY } from './keys.ts';
import { sameAttributes } from './marks.ts';
import { visibleOffset } from './positions.ts';
import type { Place, Snapshot } from './snapshot.ts';
import type { AreaKey, Block, Inline, ModelChange, TextOp } from './types.ts';

/** More changed items than this are read anew as a whole. */
const MAX_ITEMS = 64;

/** A snapshot brought up to date, and what changed in it. */
export interface Patched {
  readonly snapshot: Snapshot;
  readonly changes: readonly ModelChange[];
}

/**
 * Brings a snapshot up to date after a transaction that only typed, deleted or formatted text inside
 * blocks of one text: looks at nothing but those blocks. Anything else gives null, and the chapter is
 * to be read anew; the old snapshot is then still as it was.
 */
export function patchSnapshot(snapshot: Snapshot, transaction: Y.Transaction): Patched | null {
  const [entry, ...others] = transaction.changed;
  if (!entry || others.length > 0) return null;
  const [text, subs] = entry;
  if (!(text instanceof Y.Text) || subs.size !== 1 || !subs.has(null)) return null;
  const flow = snapshot.flows.get(text);
  const items = flow && changedItems(transaction, text);
  if (!flow || !items) return null;
  const simple = editsOf(items, transaction, text);
  const edited = simple && editedFragment(flow, simple);
  const reread = edited?.fragments ?? rereadAll(flow, fragmentsOf(flow, items));
  if (!reread || changesEmptiness(snapshot, flow, reread)) return null;
  return replace(snapshot, flow, reread, edited?.edits ?? null);
}

/** The common case, followed edit by edit: in a long block comparing its text would take too long. */
function editedFragment(
  flow: Flow,
  { holder, edits }: { readonly holder: Fragment['holder']; readonly edits: readonly Edit[] },
): { fragments: Map<number, Fragment>; edits: readonly Edit[] } | null {
  const index = flow.fragments.findIndex((fragment) => fragment.holder === holder);
  const old = flow.fragments[index];
  const fragment = old && applyEdits(old, edits);
  return fragment ? { fragments: new Map([[index, fragment]]), edits } : null;
}

/** The items a transaction added to or deleted from a text, or null when it did anything else. */
function changedItems(transaction: Y.Transaction, text: Y.Text): Y.Item[] | null {
  const found: Y.Item[] = [];
  const { clients } = transaction.doc.store;
  const take = (client: number, from: number, to: number): boolean => {
    const structs = clients.get(client);
    if (!structs) return false;
    for (let at = Y.findIndexSS(structs, from); at < structs.length; at += 1) {
      const struct = structs[at];
      if (!struct || struct.id.clock >= to) return true;
      if (!(struct instanceof Y.Item) || !isTextOf(struct, text)) return false;
      found.push(struct);
      if (found.length > MAX_ITEMS) return false;
    }
    return true;
  };
  for (const [client, after] of transaction.afterState) {
    const before = transaction.beforeState.get(client) ?? 0;
    if (after > before && !take(client, before, after)) return null;
  }
  for (const [client, deleted] of transaction.deleteSet.clients) {
    for (const { clock, len } of deleted) if (!take(client, clock, clock + len)) return null;
  }
  return found;
}

function isTextOf({ parent, parentSub, content }: Y.Item, text: Y.Text): boolean {
  return (
    parent === text &&
    parentSub === null &&
    (content instanceof Y.ContentString ||
      content instanceof Y.ContentFormat ||
      content instanceof Y.ContentDeleted)
  );
}

/** The indices of the fragments items stand in. */
function fragmentsOf(flow: Flow, items: readonly Y.Item[]): Set<number> {
  const indices = new Set<number>();
  for (const item of items) {
    let at: Y.Item | null = item.left;
    let marker: Y.Map<unknown> | null = null;
    while (at !== null && !marker) {
      if (!at.deleted) marker = markerIn(at);
      at = at.left;
    }
    const holder = marker ?? flow.text;
    indices.add(flow.fragments.findIndex((fragment) => fragment.holder === holder));
  }
  return indices;
}

/** The fragments as they are now, by index, and those after them whose formatting changed thereby. */
function rereadAll(flow: Flow, indices: ReadonlySet<number>): Map<number, Fragment> | null {
  const result = new Map<number, Fragment>();
  for (const first of [...indices].toSorted((a, b) => a - b)) {
    let attributes = result.get(first)?.attributes ?? flow.fragments[first]?.attributes;
    for (let index = first; attributes && !result.has(index); index += 1) {
      const old = flow.fragments[index];
      if (!old) return index === flow.fragments.length && index > first ? result : null;
      const read = rereadFragment(old, attributes);
      result.set(index, read.fragment);
      attributes = read.attributes;
      const next = flow.fragments[index + 1];
      if (!next || sameAttributes(next.attributes, attributes)) break;
    }
  }
  return result;
}

/** Whether a text or its first block comes to be shown or not shown at all: that is more than text. */
function changesEmptiness(
  snapshot: Snapshot,
  flow: Flow,
  reread: ReadonlyMap<number, Fragment>,
): boolean {
  if (reread.has(0) && flow.fragments[0]?.keys['gone'] === true) return true;
  const first = flow.blocks[0];
  const place = first && snapshot.places.get(first.key);
  if (place?.source?.flow !== flow) return true;
  if (place.area === BODY) return false;
  const visible = flow.fragments.some(
    (fragment, index) => (reread.get(index) ?? fragment).visible > 0,
  );
  return visible === isEmptyFlow(flow);
}

function replace(
  snapshot: Snapshot,
  flow: Flow,
  reread: ReadonlyMap<number, Fragment>,
  edits: readonly Edit[] | null,
): Patched {
  const replaced = new Map<Fragment, Fragment>();
  let shift = 0;
  for (const [index, old] of flow.fragments.entries()) {
    const fragment = reread.get(index) ?? old;
    fragment.start = old.start + shift;
    if (fragment === old) continue;
    shift += fragment.physical - old.physical;
    replaced.set(old, fragment);
    flow.fragments[index] = fragment;
  }
  const changes: ModelChange[] = [];
  let { blocks } = snapshot;
  for (const [index, flowBlock] of flow.blocks.entries()) {
    if (!flowBlock.fragments.some((fragment) => replaced.has(fragment))) continue;
    const fresh = flowBlockOf(
      flowBlock.fragments.map((fragment) => replaced.get(fragment) ?? fragment),
    );
    flow.blocks[index] = fresh;
    const place = snapshot.places.get(flowBlock.key);
    if (!place) continue;
    const block = freshBlock(place.block, fresh);
    changes.push(
      ...(edits && place.block.type === block.type
        ? editChanges(place, flowBlock, { block: fresh, edits })
        : diffBlock(place.block, block, place.area, place.index)),
    );
    blocks = putBlock(snapshot, blocks, { ...place, block, source: { flow, flowBlock: fresh } });
  }
  return { snapshot: { ...snapshot, blocks }, changes };
}

/** Edits of one fragment as the change of its block's text. */
function editChanges(
  { area, index, block: { key, type } }: Place,
  before: FlowBlock,
  after: { readonly block: FlowBlock; readonly edits: readonly Edit[] },
): ModelChange[] {
  const changed = before.fragments.findIndex((old, at) => old !== after.block.fragments[at]);
  const fragment = after.block.fragments[changed];
  if (!fragment) return [];
  let start = 0;
  for (const earlier of before.fragments.slice(0, changed)) start += earlier.visible;
  const ops: TextOp[] = [];
  let done = 0;
  for (const edit of after.edits) {
    const at = start + visibleOffset(fragment, edit.offset);
    if (at > done) ops.push({ kind: 'retain', length: at - done });
    done = at;
    if (edit.kind === 'delete') ops.push({ kind: 'delete', length: edit.length });
    else {
      ops.push({ kind: 'insert', inlines: insertedInlines(fragment, edit, isLiteral(type)) });
      done += edit.text.length;
    }
  }
  return [{ kind: 'text', area, index, key, ops }];
}

function insertedInlines(
  fragment: Fragment,
  { offset, text }: Edit & { kind: 'insert' },
  literal: boolean,
): Inline[] {
  let at = 0;
  let { attributes } = fragment;
  for (const piece of fragment.pieces) {
    ({ attributes } = piece);
    at += physicalLength(piece);
    if (at > offset) break;
  }
  const inlines: Inline[] = [];
  pushInlines(inlines, { kind: 'text', text, attributes }, literal);
  return inlines;
}

/** A table's grid, and what an unknown block is, do not depend on the text. */
function freshBlock(old: Block, flowBlock: FlowBlock): Block {
  return old.type === 'table' || old.type === 'unknown'
    ? { ...old, inlines: readInlines(flowBlock.fragments, false) }
    : toBlock(flowBlock);
}

/** Puts a block in its place, and in the table around it; returns the body's blocks. */
function putBlock(snapshot: Snapshot, blocks: readonly Block[], place: Place): readonly Block[] {
  snapshot.places.set(place.block.key, place);
  const area = snapshot.areas.get(place.area);
  if (area) area[place.index] = place;
  if (place.area === BODY) return blocks.with(place.index, place.block);
  const table = snapshot.places.get(place.area.split('/')[0] ?? '');
  if (table?.block.type !== 'table') return blocks;
  const cells = table.block.grid.cells.map((row) =>
    row.map((cell) =>
      cell.area === place.area ? { ...cell, blocks: blocksIn(snapshot, place.area) } : cell,
    ),
  );
  const block = { ...table.block, grid: { ...table.block.grid, cells } };
  return putBlock(snapshot, blocks, { ...table, block });
}

function blocksIn(snapshot: Snapshot, area: AreaKey): readonly Block[] {
  return (snapshot.areas.get(area) ?? []).map((place) => place.block);
}
