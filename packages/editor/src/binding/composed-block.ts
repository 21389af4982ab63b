import {
  type AreaKey,
  BODY,
  type ChapterModel,
  type ModelChange,
  type UnitPlaces,
} from '@plenary/report-model';
import type { Node } from '@tiptap/pm/model';
import { flowAt, pointAt } from './locate.ts';
import { areaOfPath } from './places.ts';

/** The block in which text is being composed; `table` is the body's block that holds its cell. */
export interface ComposedBlock {
  readonly area: AreaKey;
  readonly index: number;
  readonly table: number | null;
  /** The places around each unit of its text. */
  readonly units: readonly UnitPlaces[];
}

/** The block at a position of a page that shows the model. Null between cells. */
export function composedBlock(model: ChapterModel, doc: Node, pos: number): ComposedBlock | null {
  const flow = flowAt(doc.resolve(pos));
  const area = flow === null ? null : areaOfPath(model, flow.path);
  if (flow === null || area === null) return null;
  const { block: index } = pointAt(flow, pos);
  const table = flow.path.kind === 'cell' ? flow.path.block : null;
  const key = model.area(area)[index]?.key;
  return key === undefined ? null : { area, index, table, units: model.unitPlaces(key) };
}

/** Whether showing the changes would touch the block's element, or one around it. */
export function touches(block: ComposedBlock, changes: readonly ModelChange[]): boolean {
  let { index, table } = block;
  for (const change of changes) {
    if (change.area === block.area) {
      const now = indexAfter(change, index);
      if (now === null) return true;
      index = now;
    } else if (change.area === BODY && table !== null && change.kind !== 'text') {
      table = indexAfter(change, table);
      if (table === null) return true;
    }
  }
  return false;
}

/** The block's number after a change, or null when the change is about it. */
function indexAfter(change: ModelChange, index: number): number | null {
  if (change.kind !== 'blocks') return change.index === index ? null : index;
  if (index < change.from) return index;
  return index < change.to ? null : index + change.blocks.length - (change.to - change.from);
}
