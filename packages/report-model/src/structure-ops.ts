import * as Y from 'yjs';
import { readFlow } from './flow.ts';
import type { Flow, FlowBlock } from './flow.ts';
import { itemKey, readFragments } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import { blocksDelta, inlineDelta, markerFor } from './input.ts';
import { keepBefore, placeBefore, shownHolders } from './place.ts';
import { clearTable } from './table-ops.ts';
import { blockStretches, spotAt } from './text-ops.ts';
import type { BlockInput, BlockKey, BlockPatch } from './types.ts';
import { deleteStretches, insertMap, setKey, spotIn } from './write.ts';
import type { Holder, Spot, Stretch } from './write.ts';

/** Keys a deleted first block gives back: what is typed in it meanwhile is a plain paragraph. */
const HEAD_KEYS = [
  'type',
  'level',
  'lang',
  'src',
  'alt',
  'width',
  'list',
  'indent',
  'quote',
  'join',
];

/** Inserts a marker at an offset of a block: what follows is a block of its own. Returns its key. */
export function splitAt(flow: Flow, block: FlowBlock, offset: number, patch: BlockPatch): BlockKey {
  const { fragment, spot } = placeAt(flow, block, offset);
  const marker = markerFor(docOf(flow.text), patch);
  insertMap(flow.text, spot, marker);
  showAfter(flow.text, fragment, [marker]);
  return itemKey(marker);
}

/**
 * Inserts blocks after a fragment (before it when `after` is null, that is before all others) and
 * returns their keys.
 */
export function insertAfter(
  flow: Flow,
  after: Fragment | null,
  inputs: readonly BlockInput[],
): BlockKey[] {
  const { text } = flow;
  const anchor = after ?? flow.fragments[0];
  if (!anchor) return [];
  const first = shownHolders(flow.fragments)[0] ?? null;
  if (!after) standAlone(flow.blocks.slice(0, 1));
  const { index } = spotIn(anchor, anchor.visible);
  const { delta, markers } = blocksDelta(docOf(text), inputs);
  text.applyDelta([{ retain: index }, ...delta]);
  if (after) showAfter(text, after, markers);
  else placeBefore(text, markers, first);
  return markers.map((marker) => itemKey(marker));
}

/** Shows blocks before another one of the same text, or last. Writes no text. */
export function moveBlocks(
  flow: Flow,
  moved: readonly FlowBlock[],
  before: FlowBlock | null,
): void {
  standAlone(before ? [...moved, before] : moved);
  const holders = moved.flatMap((block) => block.fragments.map((fragment) => fragment.holder));
  placeBefore(flow.text, holders, before?.fragments[0]?.holder ?? null);
}

/** A block that continues the one before it, but had none before it, would join whatever comes there. */
function standAlone(blocks: readonly FlowBlock[]): void {
  for (const { fragments } of blocks) {
    const [first] = fragments;
    if (first?.keys['join'] === true) setKey(first.holder, 'join', undefined);
  }
}

/**
 * Inserts content at an offset of a block: the first input's inlines go on the block itself, each
 * further input starts a block, and what stood after the offset ends up in the last one (in a paragraph
 * of its own after a table). Returns the keys of the new blocks.
 */
export function insertContentAt(
  flow: Flow,
  block: FlowBlock,
  offset: number,
  inputs: readonly BlockInput[],
): BlockKey[] {
  const { text } = flow;
  const [first, ...others] = inputs;
  if (!first) return [];
  const { fragment, spot } = placeAt(flow, block, offset);
  const blocks = others.at(-1)?.table ? [...others, {}] : others;
  const { delta, markers } = blocksDelta(docOf(text), blocks);
  text.applyDelta([{ retain: spot.index }, ...inlineDelta(first.inlines ?? []), ...delta]);
  showAfter(text, fragment, markers);
  return markers.map((marker) => itemKey(marker));
}

/** Deletes whole blocks. The first fragment of a text has no marker to delete: it is marked gone. */
export function deleteBlocks(flow: Flow, keys: ReadonlySet<BlockKey>): void {
  const leaving = flow.blocks.filter((block) => keys.has(block.key));
  remove(flow, holdersOf(leaving), (fresh) =>
    fresh.blocks
      .filter((block) => keys.has(block.key))
      .flatMap((block) => blockStretches(block, 0, block.length)),
  );
}

/** Deletes from an offset of one block to an offset of a later one of the same text, and joins what is left. */
export function deleteAcross(
  flow: Flow,
  from: { readonly block: FlowBlock; readonly offset: number },
  to: { readonly block: FlowBlock; readonly offset: number },
): void {
  const { text } = flow;
  const between = blocksBetween(flow, from.block, to.block);
  remove(flow, holdersOf(between), (fresh) => {
    const parts: Stretch[] = [];
    let isInside = false;
    for (const block of fresh.blocks) {
      if (block.key === from.block.key) {
        isInside = true;
        parts.push(...blockStretches(block, from.offset, block.length));
      } else if (block.key === to.block.key) {
        parts.push(...blockStretches(block, 0, to.offset));
        break;
      } else if (isInside) parts.push(...blockStretches(block, 0, block.length));
    }
    return parts;
  });
  const fresh = readFlow(text);
  const joined = fresh.blocks.find((block) => block.key === to.block.key);
  if (joined) joinToPrevious(fresh, joined);
}

function blocksBetween(flow: Flow, from: FlowBlock, to: FlowBlock): FlowBlock[] {
  return flow.blocks.slice(flow.blocks.indexOf(from) + 1, Math.max(0, flow.blocks.indexOf(to)));
}

/**
 * Makes a block the end of the one shown before it: deletes its marker where the two meet in the text
 * too, else marks it as a continuation (D10). False when nothing comes before it or one is a table.
 */
export function joinToPrevious(flow: Flow, block: FlowBlock): boolean {
  const { text } = flow;
  const previous = flow.blocks[flow.blocks.indexOf(block) - 1];
  const first = block.fragments[0];
  const last = previous?.fragments.at(-1);
  if (!previous || !first || !last || isTable(block) || isTable(previous)) return false;
  const meets = flow.fragments.indexOf(first) === flow.fragments.indexOf(last) + 1;
  if (!meets || first.holder instanceof Y.Text) {
    setKey(first.holder, 'join', true);
    return true;
  }
  const leaving = new Set([first.holder]);
  keepBefore(text, leaving);
  deleteMarkers(text, leaving, []);
  return true;
}

function isTable(block: FlowBlock): boolean {
  const first = block.fragments[0];
  return first?.keys['type'] === 'table' && first.holder instanceof Y.Map;
}

/** Deletes markers and stretches of text; `parts` is asked once every place is final. */
function remove(
  flow: Flow,
  leaving: ReadonlySet<Holder>,
  parts: (fresh: Flow) => readonly Stretch[],
): void {
  const { text } = flow;
  keepBefore(text, leaving);
  const fresh = readFlow(text);
  deleteMarkers(text, leaving, parts(fresh), fresh.fragments);
}

function deleteMarkers(
  text: Y.Text,
  leaving: ReadonlySet<Holder>,
  parts: readonly Stretch[],
  fragments: readonly Fragment[] = readFragments(text),
): void {
  const stretches = [...parts];
  for (const { holder, start } of fragments) {
    if (!leaving.has(holder)) continue;
    if (holder instanceof Y.Text) {
      setKey(holder, 'gone', true);
      for (const name of HEAD_KEYS) setKey(holder, name, undefined);
    } else if (!clearTable(holder)) stretches.push({ index: start - 1, length: 1 });
  }
  deleteStretches(text, stretches);
}

function holdersOf(blocks: readonly FlowBlock[]): Set<Holder> {
  return new Set(blocks.flatMap((block) => block.fragments.map((fragment) => fragment.holder)));
}

/** Makes sure that new fragments are shown right after the one they were made from. */
function showAfter(text: Y.Text, after: Fragment, added: readonly Holder[]): void {
  // Only a slot in the fragment's text can stand between it and what follows it.
  if (!after.pieces.some((piece) => piece.kind === 'hidden')) return;
  const shown = shownHolders(readFragments(text));
  const isAdded = new Set(added);
  const rest = shown.filter((holder) => !isAdded.has(holder));
  const at = rest.indexOf(after.holder) + 1;
  if (added.every((holder, index) => shown[at + index] === holder)) return;
  placeBefore(text, added, rest[at] ?? null);
}

/** Where a marker goes, with formatting that lets what ends there end. */
function placeAt(flow: Flow, block: FlowBlock, offset: number): { fragment: Fragment; spot: Spot } {
  const { fragment: index, spot } = spotAt(block, offset);
  const fragment = block.fragments[index];
  if (!fragment) throw new RangeError('no such fragment');
  const atEnd = spotIn(fragment, fragment.visible).index === spot.index;
  if (!atEnd) return { fragment, spot };
  const next = flow.fragments[flow.fragments.indexOf(fragment) + 1];
  return { fragment, spot: { index: spot.index, attributes: next?.attributes ?? {} } };
}

function docOf(text: Y.Text): Y.Doc {
  if (!text.doc) throw new Error('the text is in no document');
  return text.doc;
}
