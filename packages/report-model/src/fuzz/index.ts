export { Random } from './random.ts';
export { runStructureFuzz } from './run.ts';
export type { Connection, RunResult } from './run.ts';
