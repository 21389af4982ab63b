import { readFileSync, readdirSync } from 'node:fs';
import { cpuSecondsOf, type ServerProcess } from './server-process.ts';

/** Nodes of a server that runs on several. */
export const NODES = 2;

const STORES: ReadonlySet<string> = new Set(['postgres', 'redis-server']);

/** Several processes of one server as if they were one: what they use is added up. */
export function together(servers: readonly ServerProcess[]): ServerProcess {
  const sum = (of: (server: ServerProcess) => number): number =>
    servers.reduce((total, server) => total + of(server), 0);
  return {
    port: servers[0]!.port,
    cpuSeconds: () => sum((server) => server.cpuSeconds()),
    residentBytes: () => sum((server) => server.residentBytes()),
    printed: (pattern, count) => servers[0]!.printed(pattern, count),
    memory: () => Promise.reject(new Error('memory is read of one process')),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

/** Processor time of every PostgreSQL and Redis that this process has started, in seconds. */
export function cpuSecondsOfStores(): number {
  const parents = new Map<number, number>();
  const stores: number[] = [];
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const about = statusOf(Number(name));
    if (about === null) continue;
    parents.set(Number(name), about.parent);
    if (STORES.has(about.program)) stores.push(Number(name));
  }
  const isOurs = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  return stores.filter(isOurs).reduce((total, pid) => total + cpuSecondsOf(pid), 0);
}

function statusOf(pid: number): { readonly program: string; readonly parent: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const program = /^Name:\s*(\S+)/m.exec(status)?.[1] ?? '';
    return { program, parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) };
  } catch {
    return null; // it has ended meanwhile
  }
}
