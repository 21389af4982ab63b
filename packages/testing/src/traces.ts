import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  createDecoder,
  readAny,
  readVarString,
  readVarUint,
  readVarUint8Array,
} from 'lib0/decoding';
import { testDataPath } from './test-data.ts';

/** One change of a trace: at `position`, delete so many characters, then insert. */
export type TracePatch = readonly [position: number, deleted: number, inserted: string];

/** The recorded writing of one text. */
export interface Trace {
  readonly startContent: string;
  readonly endContent: string;
  readonly transactions: readonly (readonly TracePatch[])[];
}

/** Names of the traces among the test data. */
export type TraceName = 'automerge-paper' | 'sveltecomponent';

/** Reads a trace of the test data; null where the data is left out (see `testDataPath`). */
export function loadTrace(name: TraceName): Trace | null {
  const path = testDataPath(`editing-traces/${name}.json.gz`);
  if (path === null) return null;
  const trace = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as {
    startContent: string;
    endContent: string;
    txns: { patches: TracePatch[] }[];
  };
  return {
    startContent: trace.startContent,
    endContent: trace.endContent,
    transactions: trace.txns.map(({ patches }) => patches),
  };
}

/** One case of the Yjs data set: updates, and what a document must show after them. */
export interface YjsCase {
  readonly updates: readonly Uint8Array[];
  readonly text: string;
  readonly map: unknown;
  readonly array: unknown;
}

/** Reads the Yjs data set of the test data; null where the data is left out. */
export function loadYjsDataset(): YjsCase[] | null {
  const path = testDataPath('yjs-updates/small-test-dataset.bin');
  if (path === null) return null;
  const decoder = createDecoder(new Uint8Array(readFileSync(path)));
  return Array.from({ length: readVarUint(decoder) }, () => {
    const updates = Array.from({ length: readVarUint(decoder) }, () => readVarUint8Array(decoder));
    const text = readVarString(decoder);
    const map: unknown = readAny(decoder);
    const array: unknown = readAny(decoder);
    return { updates, text, map, array };
  });
}
