import { SCHEMA_VERSION, SUBPROTOCOL } from '@plenary/protocol';
import {
  browserNetwork,
  connect,
  createMemoryStore,
  openBrowserSocket,
  openIndexedDbStore,
  pollingSocketFactory,
  secureRandom,
  systemClock,
  withFallback,
  type Connection,
  type LocalStore,
} from '@plenary/provider';
import { keepReadingQuiet } from '@plenary/report-model';
import { openedAhead } from '#lib/collab/opened-ahead.ts';
import { digestOf, textOfCopy, textOfDoc, textOfDraft } from '#lib/collab/digest.ts';

/** A person's connection to their chapters, the local copies behind it, and what reads their text. */
export interface Engine {
  readonly connection: Connection;
  readonly store: LocalStore;
  readonly digestOf: typeof digestOf;
  readonly textOfDoc: typeof textOfDoc;
  readonly textOfDraft: typeof textOfDraft;
}

/**
 * Opens the local copies of a person and connects. Where the browser keeps nothing (some private
 * windows), the copies live in this page's memory, and the state of saving says so.
 *
 * This module carries Yjs and the provider: import it dynamically.
 */
export async function startEngine(personId: string): Promise<Engine> {
  const url = new URL('/collab/', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  // Should somebody else sign in here meanwhile, nothing of this person is sent under their name.
  url.searchParams.set('person', personId);
  const ways = withFallback({
    first: openBrowserSocket,
    second: pollingSocketFactory(),
    clock: systemClock,
  });
  // The server answers while the local copies are being opened.
  const openSocket = openedAhead(ways, url.href, SUBPROTOCOL);
  const store = await openCopies(personId);
  const connection = connect({
    url: url.href,
    store,
    openSocket,
    clock: systemClock,
    random: secureRandom,
    schemaVersion: SCHEMA_VERSION,
    network: browserNetwork,
    // Before the local copy is read into it: tidying formatting is a write of Yjs's own.
    prepare: (doc) => void keepReadingQuiet(doc),
  });
  return { connection, store, digestOf, textOfDoc, textOfDraft };
}

export { textOfCopy, textOfDraft };

/** The local copies of a person, without a connection. */
export async function openCopies(personId: string): Promise<LocalStore> {
  try {
    return await openIndexedDbStore({ personId });
  } catch {
    return createMemoryStore();
  }
}
