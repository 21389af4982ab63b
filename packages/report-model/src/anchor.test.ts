import { expect, it } from 'vitest';
import { createAnchor, resolveAnchor } from './index.ts';
import type { Anchor, Span } from './index.ts';
import { ME, keyAt, lines, paragraph, table, twoCopies } from './testing.ts';
import type { Copy } from './testing.ts';

it('[D19] an anchor keeps its words through moves, splits and typing beside it', () => {
  const [ana] = twoCopies('the quick fox', 'two');
  const anchor = anchorOf(ana, 'head', 4, 9);
  expect(anchor).toMatchObject({ version: 1, quote: 'quick', before: 'the ', after: ' fox\ntwo' });
  ana.model.insertText({ block: 'head', offset: 4 }, 'very ', {}, ME);
  const split = ana.model.splitBlock({ block: 'head', offset: 4 }, {}, ME) ?? '';
  ana.model.moveBlocks([split], null, ME);
  expect(lines(ana)).toEqual(['the ', 'two', 'very quick fox']);
  expect(resolveAnchor(ana.model, anchor)).toEqual({
    state: 'exact',
    span: { from: { block: split, offset: 5 }, to: { block: split, offset: 10 } },
  });
});

it('[D19] words that were cut and pasted elsewhere are found by their surroundings', () => {
  const [ana] = twoCopies('the quick fox', 'a quick test', 'end');
  const anchor = anchorOf(ana, 'head', 4, 9);
  ana.model.deleteBlocks(['head'], ME);
  ana.model.insertBlocks(null, [paragraph('so the quick fox')], ME);
  const place = resolveAnchor(ana.model, anchor);
  expect(place.state).toBe('found');
  expect(place.span?.from).toEqual({ block: keyAt(ana, 2), offset: 7 });
});

it('[D19] changed words are told as changed, and lost ones as detached', () => {
  const [ana] = twoCopies('the quick fox', 'two');
  const anchor = anchorOf(ana, 'head', 4, 9);
  const inside = { from: { block: 'head', offset: 5 }, to: { block: 'head', offset: 7 } };
  ana.model.deleteRange(inside, ME);
  expect(resolveAnchor(ana.model, anchor)).toMatchObject({ state: 'changed' });
  ana.model.deleteBlocks(['head'], ME);
  expect(resolveAnchor(ana.model, anchor)).toEqual({ state: 'detached', span: null });
});

it('[D19] an anchor over several blocks, and in a cell, is found again', () => {
  const [ana] = twoCopies('one', 'two');
  ana.model.insertBlocks(null, [table(['cell words'])], ME);
  const second = keyAt(ana, 1);
  const span = { from: { block: 'head', offset: 1 }, to: { block: second, offset: 2 } };
  const wide = createAnchor(ana.model, span);
  expect(wide?.quote).toBe('ne\ntw');
  expect(wide && resolveAnchor(ana.model, wide)).toEqual({ state: 'exact', span });
  const block = ana.model.blocks[2];
  const key = block?.type === 'table' ? (block.grid.cells[0]?.[0]?.blocks[0]?.key ?? '') : '';
  const inCell = anchorOf(ana, key, 0, 4);
  expect(resolveAnchor(ana.model, inCell).state).toBe('exact');
});

it('[D19] a malformed anchor is detached, and an empty span makes none', () => {
  const [ana] = twoCopies('one');
  const empty: Span = { from: { block: 'head', offset: 1 }, to: { block: 'head', offset: 1 } };
  expect(createAnchor(ana.model, empty)).toBeNull();
  for (const start of [null, 7, 'x', {}, { type: { client: 'a' } }, { tname: 'other' }]) {
    const anchor: Anchor = { version: 1, start, end: start, quote: 'zzz', before: '', after: '' };
    expect(resolveAnchor(ana.model, anchor).state).toBe('detached');
  }
});

function anchorOf({ model }: Copy, block: string, from: number, to: number): Anchor {
  const anchor = createAnchor(model, { from: { block, offset: from }, to: { block, offset: to } });
  if (!anchor) throw new TypeError('no such place');
  return anchor;
}
