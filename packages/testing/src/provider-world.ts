import { connect, MemoryDisk, type Connection, type Replica } from '@plenary/provider';
import type { Identity } from '@plenary/protocol';
import { createRelay, inlineMerger, type Logger, type Relay, type UpdateLog } from '@plenary/relay';
import { applyUpdate, decodeUpdate, Doc, Item, ContentString } from 'yjs';
import { FakeAuthority } from './fake-authority.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryUpdateLog } from './memory-update-log.ts';
import { fragileStore, type FragileStore } from './provider-fragile-store.ts';
import { anIdentity } from './relay-clients.ts';
import { mulberry32 } from './seeded-random.ts';
import { socketPairs, type SocketPair } from './socket-pair.ts';

/** The root text everybody types into. */
const ROOT = 'body';

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** One page of one person: a connection, the chapter, and everything typed in it. */
export interface Page {
  readonly connection: Connection;
  readonly replica: Replica;
  readonly store: FragileStore;
  readonly pairs: SocketPair[];
  /** Characters typed here, each unique in the world. */
  readonly typed: Set<string>;
  /** Of those, the ones that may vanish if the page is killed: not yet said to be safe. */
  unsafe: Set<string>;
}

/** One person: an identity, a disk that outlives pages, and the pages open now. */
export interface Member {
  readonly identity: Identity;
  readonly disk: MemoryDisk;
  readonly pages: Page[];
  /** Everything this person ever typed that must not be lost. */
  readonly owed: Set<string>;
}

/**
 * People with browsers, a relay and its log, in one process and on one clock: provider and relay as
 * they are, everything between and around them breakable by a seeded hand. It keeps a ledger of
 * every character typed, and notes every lie about saving as it is told.
 */
export class ProviderWorld {
  readonly chapterId = 'chapter';
  readonly clock = new FakeClock();
  readonly log = new MemoryUpdateLog();
  readonly authority = new FakeAuthority();
  readonly random: () => number;
  readonly members: Member[] = [];
  /** What was said and was not true. */
  readonly lies: string[] = [];
  /** Characters deleted by anybody on purpose. */
  readonly deleted = new Set<string>();
  /** Characters that a restore took back. */
  readonly restoredAway = new Set<string>();
  #relay: Relay | null = null;
  #relayLog: { kill(): void } | null = null;
  #nextCharacter = 0x4e00;
  /** The document of the rows read so far; null after a restore. */
  #logged: { doc: Doc; rows: number } | null = null;
  readonly #everLogged = new Set<string>();
  #slowest: number;

  constructor(options: { seed: number; people: number; slowestMs?: number }) {
    this.random = mulberry32(options.seed);
    this.#slowest = options.slowestMs ?? 120;
    this.log.now = () => this.clock.now();
    this.log.createChapter(this.chapterId);
    this.startRelay();
    for (let at = 0; at < options.people; at += 1) {
      this.members.push({
        identity: anIdentity(`person-${at}`),
        disk: new MemoryDisk({ durable: true }),
        pages: [],
        owed: new Set(),
      });
    }
  }

  /** A whole number from 0 to `below` - 1. */
  int(below: number): number {
    return Math.floor(this.random() * below);
  }

  get relay(): Relay | null {
    return this.#relay;
  }

  /** Starts a relay on the log, after the one before was killed. */
  startRelay(): void {
    const own = mortalLog(this.log);
    this.#relayLog = own;
    this.#relay = createRelay({
      log: own.log,
      authority: this.authority,
      clock: this.clock,
      merger: inlineMerger(),
      logger: SILENT,
    });
  }

  /** The server's process dies: no word to anybody, nothing more reaches the log. */
  killRelay(): void {
    this.#relayLog?.kill();
    this.#relay = null;
    for (const { pages } of this.members) {
      for (const { pairs } of pages) for (const pair of pairs) pair.cut();
    }
  }

  /** Opens a page of a person. */
  openPage(member: Member): Page {
    const delay = () => this.int(this.#slowest);
    const { openSocket, pairs } = socketPairs({
      clock: this.clock,
      delay,
      accept: (socket) =>
        this.#relay?.connectMultiplexed({ socket, identity: member.identity }) ?? null,
    });
    const store = fragileStore({
      store: member.disk.open(),
      clock: this.clock,
      delay: () => this.int(20),
    });
    const connection = connect({
      url: 'wss://plenary.test/collab/',
      store: store.store,
      openSocket,
      clock: this.clock,
      random: this.random,
      schemaVersion: 1,
    });
    const replica = connection.open(this.chapterId);
    const page: Page = {
      connection,
      replica,
      store,
      pairs,
      typed: new Set(),
      unsafe: new Set(),
    };
    replica.onChange(() => {
      this.#hear(page);
    });
    member.pages.push(page);
    return page;
  }

  /** Closes a page as a person does. */
  async closePage(member: Member, page: Page): Promise<void> {
    member.pages.splice(member.pages.indexOf(page), 1);
    const closed = page.connection.close();
    // Its store needs time to finish.
    for (let at = 0; at < 20; at += 1) await this.clock.advance(20);
    await closed;
    await page.store.store.close();
  }

  /** The page's process dies. What it had not said to be safe may be gone. */
  killPage(member: Member, page: Page): void {
    member.pages.splice(member.pages.indexOf(page), 1);
    for (const character of page.unsafe) member.owed.delete(character);
    page.store.kill();
    for (const pair of page.pairs) pair.cut();
    void page.connection.close();
  }

  /** Types `length` new characters somewhere. */
  type(member: Member, page: Page, length: number): void {
    const body = page.replica.doc.getText(ROOT);
    let text = '';
    for (let at = 0; at < length; at += 1) {
      text += String.fromCharCode(this.#nextCharacter);
      this.#nextCharacter += 1;
    }
    for (const character of text) {
      page.typed.add(character);
      page.unsafe.add(character);
      member.owed.add(character);
    }
    body.insert(this.int(body.length + 1), text);
  }

  /** Deletes up to `length` characters somewhere. */
  erase(page: Page, length: number): void {
    const body = page.replica.doc.getText(ROOT);
    if (body.length === 0) return;
    const at = this.int(body.length);
    const count = Math.min(length, body.length - at);
    for (const character of body.toJSON().slice(at, at + count)) this.deleted.add(character);
    body.delete(at, count);
  }

  /** Takes the chapter back to the first `keep` rows, as a restore does. */
  restore(keep: number): void {
    this.loggedText();
    const before = new Set(this.#everLogged);
    this.#logged = null;
    this.log.renewGeneration(this.chapterId, keep);
    this.killRelay();
    this.startRelay();
    const after = charactersIn(this.log.rowsOf(this.chapterId));
    for (const character of before) {
      if (!after.has(character)) this.restoredAway.add(character);
    }
  }

  /** The text as the log has it now. Also brings the ledger up to the log. */
  loggedText(): string {
    const rows = this.log.rowsOf(this.chapterId);
    this.#logged ??= { doc: new Doc(), rows: 0 };
    for (const row of rows.slice(this.#logged.rows)) {
      if (row.kind !== 'update') continue;
      applyUpdate(this.#logged.doc, row.bytes);
      for (const character of charactersIn([row])) this.#everLogged.add(character);
    }
    this.#logged.rows = rows.length;
    return this.#logged.doc.getText(ROOT).toJSON();
  }

  /** Characters that are owed to somebody and can be found nowhere. Empty when all is well. */
  lost(): string[] {
    const text = new Set(this.loggedText());
    const lost: string[] = [];
    for (const { identity, owed, pages, disk } of this.members) {
      const drafts = [...pages.flatMap(({ replica }) => replica.drafts), ...draftsOn(disk, this)];
      const aside = new Set(drafts.flatMap(({ state }) => textOfState(state).split('')));
      for (const character of owed) {
        if (text.has(character) || aside.has(character)) continue;
        if (this.deleted.has(character) || this.restoredAway.has(character)) continue;
        lost.push(`${character} of ${identity.personId}`);
      }
    }
    return lost;
  }

  /** Heals everything, waits, and tells whether every page came to say saved. */
  async heal(withinMs = 300_000): Promise<boolean> {
    this.log.release();
    this.log.faultOf = () => null;
    this.authority.fallback = { mode: 'write' };
    if (this.#relay === null) this.startRelay();
    this.log.appendRights(this.chapterId);
    this.#relay?.poke(this.chapterId);
    for (const member of this.members) {
      if (member.pages.length === 0) this.openPage(member);
    }
    // Until then a page may not have noticed that its socket is dead.
    await this.clock.advance(60_000);
    for (let waited = 0; waited < withinMs && !this.#allSaved(); waited += 1_000) {
      await this.clock.advance(1_000);
    }
    // Saying it is not enough: it has to stay so.
    await this.clock.advance(5_000);
    return this.#allSaved();
  }

  /** Closes everything. */
  async close(): Promise<void> {
    for (const member of this.members) {
      for (const page of member.pages.slice()) await this.closePage(member, page);
    }
    await Promise.all([this.#relay?.close(), this.clock.advance(2_000)]);
  }

  #allSaved(): boolean {
    return this.members.every(({ pages }) =>
      pages.every(({ replica }) => replica.state.kind === 'saved'),
    );
  }

  /** A page says something new about saving: believe it, and check it against the log. */
  #hear(page: Page): void {
    const { state } = page.replica;
    if (state.kind === 'saved') {
      const text = new Set(this.loggedText());
      const shown = new Set(page.replica.doc.getText(ROOT).toJSON());
      for (const character of page.typed) {
        if (!shown.has(character)) continue; // deleted, or set aside in a draft
        if (this.#everLogged.has(character)) continue;
        this.lies.push(`saved, but ${character} is not in the log`);
      }
      for (const character of text) {
        if (
          page.typed.has(character) &&
          !shown.has(character) &&
          !this.#draftHas(page, character)
        ) {
          this.lies.push(`saved, but the deletion of ${character} is not in the log`);
        }
      }
      page.unsafe = new Set();
    } else if (state.kind === 'offline' && state.keptLocally) {
      page.unsafe = new Set();
    }
  }

  #draftHas(page: Page, character: string): boolean {
    return page.replica.drafts.some(({ state }) => textOfState(state).includes(character));
  }
}

/** The characters of text in rows of a log. */
function charactersIn(rows: readonly { kind: string; bytes?: Uint8Array }[]): Set<string> {
  const found = new Set<string>();
  for (const { bytes } of rows) {
    if (bytes === undefined) continue;
    for (const struct of decodeUpdate(bytes).structs) {
      if (!(struct instanceof Item) || !(struct.content instanceof ContentString)) continue;
      for (const character of struct.content.str) found.add(character);
    }
  }
  return found;
}

function textOfState(state: Uint8Array): string {
  const doc = new Doc();
  applyUpdate(doc, state);
  return doc.getText(ROOT).toJSON();
}

/** Drafts on a disk, whoever is looking at it. */
function draftsOn(disk: MemoryDisk, { chapterId }: ProviderWorld) {
  return disk.chapters.get(chapterId)?.drafts ?? [];
}

/** A log that one relay writes to until it is killed. */
function mortalLog(log: UpdateLog): { readonly log: UpdateLog; kill(): void } {
  let isDead = false;
  const never = new Promise<never>(() => {});
  const alive = <T>(call: () => Promise<T>): Promise<T> =>
    isDead ? never : call().then((result) => (isDead ? never : result));
  return {
    kill: () => {
      isDead = true;
    },
    log: {
      load: (chapterId) => alive(() => log.load(chapterId)),
      append: (chapterId, batch) => alive(() => log.append(chapterId, batch)),
      readAfter: (chapterId, position, limit) =>
        alive(() => log.readAfter(chapterId, position, limit)),
      compact: (chapterId, snapshot) => alive(() => log.compact(chapterId, snapshot)),
      heads: (chapterIds) => alive(() => log.heads(chapterIds)),
    },
  };
}
