import type { Identity } from '@plenary/protocol';
import {
  createRelay,
  inlineMerger,
  mergeUpdates,
  type Logger,
  type Relay,
  type RelayLimits,
  type RelayOptions,
} from '@plenary/relay';
import type { Awareness } from 'y-protocols/awareness';
import { Doc, applyUpdate } from 'yjs';
import { FakeAuthority } from './fake-authority.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryUpdateLog } from './memory-update-log.ts';
import { BusNetwork } from './relay-bus-network.ts';
import { FakePlenaryClient, FakeStockClient, anIdentity } from './relay-clients.ts';

/** One line that was logged. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** Parts of a relay that a test brings along instead of the stage's. */
export type StageParts = Partial<
  Pick<RelayOptions, 'log' | 'authority' | 'bus' | 'merger' | 'metrics'>
>;

/** A relay with everything around it fake, and one chapter. */
export class RelayStage {
  readonly log = new MemoryUpdateLog();
  readonly authority = new FakeAuthority();
  readonly clock = new FakeClock();
  /** The buses of nodes started with `startNode`. */
  readonly network: BusNetwork;
  readonly lines: LoggedLine[] = [];
  readonly chapterId: string;
  readonly relay: Relay;

  /** `random` decides what happens to news between nodes. */
  constructor(limits: Partial<RelayLimits> = {}, random?: () => number, more: StageParts = {}) {
    this.network = new BusNetwork(this.clock, random);
    this.chapterId = this.log.createChapter();
    this.log.now = () => this.clock.now();
    this.relay = this.startRelay(limits, more);
  }

  /** Starts another relay on the same log, as after a restart, or on a node that hears nothing. */
  startRelay(limits: Partial<RelayLimits> = {}, more: StageParts = {}): Relay {
    const { log, authority, clock } = this;
    return createRelay({
      log,
      authority,
      clock,
      merger: inlineMerger(),
      logger: this.#logger(),
      limits,
      ...more,
    });
  }

  /** Starts a relay as one node of several, on the same log and on a bus of the network. */
  startNode(name: string, limits: Partial<RelayLimits> = {}, more: StageParts = {}): Relay {
    return this.startRelay(limits, { bus: this.network.join(name), ...more });
  }

  /** A stock client in the chapter, connected. */
  stock(
    person: string | Identity,
    options: { doc?: Doc; relay?: Relay; awareness?: Awareness } = {},
  ): FakeStockClient {
    const identity = typeof person === 'string' ? anIdentity(person) : person;
    const { relay = this.relay, ...rest } = options;
    return new FakeStockClient(relay, { chapterId: this.chapterId, identity, ...rest });
  }

  /** A client of our own, with nothing open. */
  plenary(person: string | Identity): FakePlenaryClient {
    const identity = typeof person === 'string' ? anIdentity(person) : person;
    return new FakePlenaryClient(this.relay, identity);
  }

  /** Lets everything that is under way come to its end: windows, commits, presence. */
  async settle(): Promise<void> {
    await this.clock.advance(200);
  }

  /** The document as the log has it. */
  logged(chapterId = this.chapterId): Doc {
    const doc = new Doc();
    const updates = this.log
      .rowsOf(chapterId)
      .flatMap((row) => (row.kind === 'update' ? [row.bytes] : []));
    applyUpdate(doc, mergeUpdates(updates));
    return doc;
  }

  /** Lines that were logged at a level. */
  linesAt(level: LoggedLine['level']): readonly LoggedLine[] {
    return this.lines.filter((line) => line.level === level);
  }

  #logger(): Logger {
    const at = (level: LoggedLine['level']) => (fields: object, message: string) => {
      this.lines.push({ level, fields, message });
    };
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}
