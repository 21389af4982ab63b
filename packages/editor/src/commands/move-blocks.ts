import type { ChapterModel } from '@plenary/report-model';
import type { EditorState } from '@tiptap/pm/state';
import { areaOfPath } from '../binding/places.ts';
import { flowAt } from '../binding/locate.ts';
import { selectedBlocks } from '../schema/flow.ts';

/**
 * Moves the selected blocks past their neighbour, in the document itself: no text is cut and pasted,
 * so what others type in them meanwhile goes along. The page follows. False at the flow's end.
 */
export function moveSelectedBlocks(
  model: ChapterModel,
  state: EditorState,
  direction: 'up' | 'down',
  origin: object,
): boolean {
  const blocks = selectedBlocks(state.selection);
  const [first] = blocks;
  const last = blocks.at(-1);
  if (first === undefined || last === undefined) return false;
  const flow = flowAt(state.doc.resolve(first.pos));
  const area = flow === null ? null : areaOfPath(model, flow.path);
  if (area === null) return false;
  const all = model.area(area);
  const isAtEnd = direction === 'up' ? first.index === 0 : last.index >= all.length - 1;
  if (isAtEnd) return false;
  const before = direction === 'up' ? first.index - 1 : last.index + 2;
  const keys = all.slice(first.index, last.index + 1).map(({ key }) => key);
  return model.moveBlocks(keys, all[before]?.key ?? null, origin);
}
