import type { BlockPatch, MarkName } from '../types.ts';

/** What a person may do, and how often in relation to the rest. */
export const DEEDS = [
  ['type', 40],
  ['split', 8],
  ['join', 8],
  ['type-change', 8],
  ['containers', 8],
  ['move', 10],
  ['delete-range', 5],
  ['delete-blocks', 4],
  ['format', 6],
  ['paste', 4],
  ['paste-inside', 2],
  ['math', 2],
  ['table', 3],
  ['line-add', 3],
  ['line-delete', 3],
  ['line-move', 3],
  ['line-header', 1],
] as const;

/** One of them. */
export type Deed = (typeof DEEDS)[number][0];

/** Where the work is mostly in tables. */
export const TABLE_DEEDS: readonly (readonly [Deed, number])[] = [
  ...DEEDS.filter(([deed]) => !deed.startsWith('line-') && deed !== 'type'),
  ['type', 70],
  ['line-add', 25],
  ['line-delete', 12],
  ['line-move', 10],
  ['line-header', 2],
];

/** Types a block is given. */
export const PATCHES: readonly BlockPatch[] = [
  { type: 'paragraph' },
  { type: 'heading', level: 1 },
  { type: 'heading', level: 3 },
  { type: 'code', lang: 'ts' },
  { type: 'equation' },
  { type: 'image', src: '/x.png', alt: 'x' },
  { type: 'rule' },
];
/** Lists, quotes and depths it is put in. */
export const CONTAINERS: readonly BlockPatch[] = [
  { quote: 1 },
  { quote: 2 },
  { quote: 0 },
  { list: 'bullet', indent: 0 },
  { list: 'ordered', indent: 1 },
  { list: null, indent: 1 },
  { list: null, indent: 0, quote: 0 },
];
/** Marks turned on and off. */
export const MARKS: readonly MarkName[] = ['bold', 'italic', 'code', 'strike'];
