import type * as Y from 'yjs';
import { tableMarker, toBlock, withShape } from './block.ts';
import { isEmptyFlow, readFlow } from './flow.ts';
import type { Flow, FlowBlock } from './flow.ts';
import { itemKey } from './fragment.ts';
import { BODY } from './keys.ts';
import { readLayout, tableParts } from './table-read.ts';
import type { TableLayout } from './table-read.ts';
import type { AreaKey, Block, BlockKey, BlockShape, TableGrid } from './types.ts';
import { describe } from './unknown.ts';

/** Where a block is in the document. */
export interface Place {
  readonly area: AreaKey;
  /** Which block of its area it is. */
  readonly index: number;
  readonly block: Block;
  /** The text it is part of, or null for the paragraph shown in a cell nobody has written in. */
  readonly source: { readonly flow: Flow; readonly flowBlock: FlowBlock } | null;
}

/**
 * A chapter read at one moment, with the way from every block to its text. Only `patchSnapshot` changes
 * one.
 */
export interface Snapshot {
  readonly blocks: readonly Block[];
  readonly areas: Map<AreaKey, Place[]>;
  readonly places: Map<BlockKey, Place>;
  readonly flows: ReadonlyMap<Y.Text, Flow>;
}

/** How a text is read; lets a live model reuse what did not change. */
export interface Reader {
  flow(text: Y.Text): Flow;
  /** The value of a block that is not a table. */
  block(flowBlock: FlowBlock): Block;
  /** A table as just read, or an equal one read before. */
  table(block: Block): Block;
}

/** Reads everything anew. */
export const FRESH_READER: Reader = { flow: readFlow, block: toBlock, table: (block) => block };

/** The body of a chapter. Reading it writes nothing. */
export function bodyOf(doc: Y.Doc): Y.Text {
  return doc.getText(BODY);
}

/** Reads a chapter. An empty document is one empty paragraph. */
export function takeSnapshot(doc: Y.Doc, reader: Reader = FRESH_READER): Snapshot {
  const builder = new SnapshotBuilder(reader);
  const blocks = builder.area(BODY, [reader.flow(bodyOf(doc))], true);
  return { blocks, areas: builder.areas, places: builder.places, flows: builder.flows };
}

class SnapshotBuilder {
  readonly areas = new Map<AreaKey, Place[]>();
  readonly places = new Map<BlockKey, Place>();
  readonly flows = new Map<Y.Text, Flow>();
  readonly #reader: Reader;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Tables inside cells are not drawn as tables (D12): that bounds the depth. */
  area(key: AreaKey, flows: readonly Flow[], drawsTables: boolean): readonly Block[] {
    const places: Place[] = [];
    for (const flow of flows) {
      this.flows.set(flow.text, flow);
      for (const flowBlock of flow.blocks) {
        const block = this.#block(flowBlock, drawsTables);
        places.push({ area: key, index: places.length, block, source: { flow, flowBlock } });
      }
    }
    if (places.length === 0) {
      places.push({ area: key, index: 0, block: emptyBlock(`${key}:head`), source: null });
    }
    this.areas.set(key, places);
    for (const place of places) this.places.set(place.block.key, place);
    return places.map((place) => place.block);
  }

  #block(flowBlock: FlowBlock, drawsTables: boolean): Block {
    const marker = tableMarker(flowBlock);
    if (!marker) return this.#reader.block(flowBlock);
    const parts = tableParts(marker);
    const layout = parts && drawsTables ? readLayout(parts) : null;
    const shape: BlockShape = layout
      ? { type: 'table', grid: this.#grid(itemKey(marker), layout) }
      : { type: 'unknown', description: describe(marker) };
    return this.#reader.table(withShape(flowBlock, shape));
  }

  #grid(table: BlockKey, layout: TableLayout): TableGrid {
    const { rows, columns } = layout;
    const cells = rows.map((row) =>
      columns.map((column) => {
        const area = `${table}/${row.id}/${column.id}`;
        return { area, blocks: this.area(area, this.#cell(layout, row.id, column.id), false) };
      }),
    );
    return { rows, columns, cells };
  }

  /** The texts of one cell: those that hold something, else the first. */
  #cell(layout: TableLayout, row: string, column: string): readonly Flow[] {
    const texts = layout.texts.get(`${row}/${column}`) ?? [];
    const flows = texts.map((text) => this.#reader.flow(text));
    for (const flow of flows) this.flows.set(flow.text, flow);
    const filled = flows.filter((flow) => !isEmptyFlow(flow));
    return filled.length > 0 ? filled : flows.slice(0, 1);
  }
}

function emptyBlock(key: BlockKey): Block {
  return { type: 'paragraph', key, list: null, indent: 0, quote: 0, inlines: [] };
}
