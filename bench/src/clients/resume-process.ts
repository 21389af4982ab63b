import { setTimeout as wait } from 'node:timers/promises';
import { SCHEMA_VERSION } from '@plenary/protocol';
import { MemoryDisk, connect, systemClock, type Replica } from '@plenary/provider';
import { wsSocketFactory } from '@plenary/testing';
import { applyUpdate, Doc, encodeStateVector } from 'yjs';
import { ROOT } from '../trace-document.ts';
import { openClient, type Client, type Target } from './client.ts';
import { answer } from './process-messages.ts';
import { writeStamp } from './stamp.ts';
import { Writer } from './writer.ts';

/** A task: come back to a room again and again, each time after one missed edit. */
export type ResumeTask = {
  readonly target: Target;
  /** Whether our own provider comes back as well as a stock client. */
  readonly hasOwn: boolean;
  readonly stockTimes: number;
  readonly ownTimes: number;
};

/** Bytes of whole connections, handshakes included, both ways together, each time. */
export type ResumeResult = { readonly stockBytes: number; readonly ownBytes: number };

/** The server's clock ticks a hundred times a second: let it tick once more before it is read. */
const SETTLE_MS = 300;
const MISSED_MS = 50;

await answer<ResumeTask, ResumeResult>(async (task, mark) => {
  const author = await openClient(task.target, {});
  const writer = new Writer(1);
  const write = async (): Promise<string> => {
    const at = Math.round(performance.now() * 100) / 100;
    author.send(author.dialect.update(writer.type(at)));
    await wait(MISSED_MS);
    return writeStamp(1, at);
  };
  const doc = new Doc();
  (await openInto(task.target, doc)).end();
  const measured = async (name: string, times: number, once: () => Promise<number>) => {
    await wait(SETTLE_MS);
    mark(`${name} from`);
    let bytes = 0;
    for (let time = 0; time < times; time += 1) bytes += await once();
    await wait(SETTLE_MS);
    mark(`${name} to`);
    await wait(SETTLE_MS);
    return bytes / Math.max(1, times);
  };

  const stockBytes = await measured('stock', task.stockTimes, async () => {
    const stamp = await write();
    const client = await openInto(task.target, doc, encodeStateVector(doc));
    if (!textOf(doc).includes(stamp)) throw new Error('the missed edit did not come');
    const { received, sent } = client.bytes();
    client.end();
    return received + sent;
  });

  const own = new MemoryDisk({ durable: true });
  if (task.hasOwn) await comeBack(task.target, own, () => true);
  const ownBytes = await measured('own', task.hasOwn ? task.ownTimes : 0, async () => {
    const stamp = await write();
    return comeBack(task.target, own, (replica) => textOf(replica.doc).includes(stamp));
  });
  author.end();
  return { stockBytes, ownBytes };
});

/** Opens a stock client and applies all that comes until it is open. */
function openInto(target: Target, doc: Doc, vector?: Uint8Array): Promise<Client> {
  const apply = (bytes: Uint8Array): void => applyUpdate(doc, bytes);
  let client: Client | null = null;
  return openClient(
    target,
    {
      synced: apply,
      update: (chunk, start, end) => {
        if (client !== null) apply(client.dialect.body(chunk, start, end).slice());
      },
    },
    vector,
  ).then((opened) => (client = opened));
}

/** Our own provider opens the chapter on its local copy, gets up to date and leaves. */
async function comeBack(
  { port, path, headers }: Target,
  disk: MemoryDisk,
  isThere: (replica: Replica) => boolean,
): Promise<number> {
  let bytes = 0;
  const count = (frame: Uint8Array): void => void (bytes += frame.length);
  const chapterId = path.split('/').at(-1)!;
  const connection = connect({
    url: `ws://127.0.0.1:${port}/collab/`,
    store: disk.open(),
    openSocket: wsSocketFactory(headers, () => ({ received: count, sent: count })),
    clock: systemClock,
    random: Math.random,
    schemaVersion: SCHEMA_VERSION,
  });
  const replica = connection.open(chapterId);
  while (replica.state.kind !== 'saved' || !isThere(replica)) await wait(5);
  await connection.close();
  return bytes;
}

function textOf(doc: Doc): string {
  return doc.getText(ROOT).toJSON();
}
