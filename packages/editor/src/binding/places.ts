import { type AreaKey, BODY, type ChapterModel, type Point } from '@plenary/report-model';
import type { Node } from '@tiptap/pm/model';
import type { FlowPath } from './edits.ts';
import { flowAt, flowAtPath, type LocatedFlow, pointAt, positionOf } from './locate.ts';

/** The model's name of a flow, or null when it has no such flow. */
export function areaOfPath(model: ChapterModel, path: FlowPath): AreaKey | null {
  if (path.kind === 'body') return BODY;
  const table = model.blocks[path.block];
  if (table?.type !== 'table') return null;
  return table.grid.cells[path.row]?.[path.column]?.area ?? null;
}

/** The path of the flow with this name, or null. */
export function pathOfArea(model: ChapterModel, area: AreaKey): FlowPath | null {
  if (area === BODY) return { kind: 'body' };
  const [table = '', rowId, columnId] = area.split('/');
  const place = model.find(table);
  if (place?.block.type !== 'table') return null;
  const { rows, columns } = place.block.grid;
  const row = rows.findIndex(({ id }) => id === rowId);
  const column = columns.findIndex(({ id }) => id === columnId);
  if (row < 0 || column < 0) return null;
  return { kind: 'cell', block: place.index, row, column };
}

/** The flow in the document that shows the area with this name, or null. */
export function flowOfArea(model: ChapterModel, doc: Node, area: AreaKey): LocatedFlow | null {
  const path = pathOfArea(model, area);
  return path === null ? null : flowAtPath(doc, path);
}

/** The model's place for a position of a document that shows the model. Null between cells. */
export function modelPoint(model: ChapterModel, doc: Node, pos: number): Point | null {
  const flow = flowAt(doc.resolve(Math.min(pos, doc.content.size)));
  const area = flow === null ? null : areaOfPath(model, flow.path);
  if (flow === null || area === null) return null;
  const { block, offset } = pointAt(flow, pos);
  const key = model.area(area)[Math.min(block, flow.node.childCount - 1)]?.key;
  return key === undefined ? null : { block: key, offset: Math.max(0, offset) };
}

/** The position of a model's place in a document that shows the model, or null. */
export function positionOfPoint(model: ChapterModel, doc: Node, point: Point): number | null {
  const place = model.find(point.block);
  const flow = place === null ? null : flowOfArea(model, doc, place.area);
  if (place === null || flow === null) return null;
  return positionOf(flow, { block: place.index, offset: Math.max(0, point.offset) });
}
