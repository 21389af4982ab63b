import { traceDocument, type TraceDocument } from '../trace-document.ts';
import { fanOut } from './fan-out.ts';
import { growth } from './growth.ts';
import { manyRooms } from './many-rooms.ts';
import { memoryOfDocuments } from './memory.ts';
import { twoNodes } from './nodes.ts';
import { openingStorm } from './opening-storm.ts';
import { presence } from './presence.ts';
import { resume } from './resume.ts';
import type { Shape, ShapeOptions } from './shape.ts';
import { slowReader } from './slow-reader.ts';

/** Every shape there is, in the order in which they run. */
export function shapes(options: ShapeOptions): readonly Shape[] {
  let built: TraceDocument | null = null;
  const document = (): TraceDocument => {
    built ??= traceDocument();
    return built;
  };
  return [
    fanOut('a', { clients: 500, writers: 50, rate: 10 }, options),
    fanOut('b', { clients: 1_000, writers: 50, rate: 5 }, options),
    fanOut('c', { clients: 1_000, writers: 100, rate: 10 }, options),
    openingStorm(document, options),
    memoryOfDocuments(document, options),
    presence(options),
    manyRooms(options),
    resume(options),
    slowReader(options),
    twoNodes(options),
    ...growth(options),
  ];
}
