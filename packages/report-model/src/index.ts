export { countWords, blocksOf, inlineText, outline, plainText } from './text.ts';
export type { OutlineEntry } from './text.ts';
export { foreignRoots, readChapter, versionOf } from './read.ts';
export { BODY, FORMAT_VERSION, MAX_LEVEL } from './keys.ts';
export { inlineLength } from './block.ts';
export { ChapterModel } from './model.ts';
export type { Side } from './positions.ts';
export type { UnitPlaces } from './units.ts';
export type { Axis } from './table-ops.ts';
export type { MarkChange } from './text-ops.ts';
export { diffBlocks } from './diff.ts';
export { MARK_NAMES, SWITCHES, sameMarks } from './marks.ts';
export { cleanAddress, leadsElsewhere, linkAddress } from './addresses.ts';
export type {
  AreaKey,
  Block,
  BlockInput,
  BlockKey,
  BlockPatch,
  BlockShape,
  BlockType,
  ForeignRoot,
  HeadingLevel,
  Inline,
  InlineInput,
  ListKind,
  MarkName,
  Marks,
  ModelChange,
  ModelEvent,
  Point,
  ReportChapter,
  Span,
  TableCell,
  TableColumn,
  TableGrid,
  TableInput,
  TableRow,
  TextOp,
} from './types.ts';
export { keepReadingQuiet } from './quiet.ts';
export { authorRuns } from './authors.ts';
export type { AuthorRun } from './authors.ts';
export { createAnchor, resolveAnchor } from './anchor.ts';
export type { Anchor, AnchorPlace } from './anchor.ts';
export { createUndoManager } from './undo.ts';
export type { UndoOptions } from './undo.ts';
export { validate } from './validate.ts';
export type { Finding } from './validate.ts';
