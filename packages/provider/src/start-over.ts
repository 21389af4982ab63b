import type { RefusalReason } from '@plenary/protocol';
import type { Edit, Outbox } from './outbox.ts';
import type { LocalCopy } from './types.ts';
import { clocksOf, integrate } from './yjs-bytes.ts';

/** Why a chapter's document is replaced by a new one. */
export type StartOver =
  /** The server's text has another history: everything unsent becomes a draft. */
  | { readonly kind: 'stale'; readonly generation: string }
  /** These edits were refused: they and what builds on them become a draft. */
  | {
      readonly kind: 'refused';
      readonly reason: RefusalReason;
      readonly edits: ReadonlySet<Edit>;
    }
  /** The person may not see the chapter any more: the local copy goes. */
  | { readonly kind: 'access-lost' };

/** What the new document is made of, and what becomes of each edit. */
export interface Parts {
  readonly generation: string;
  readonly position: number;
  /** Text that is on the server; null to fetch all of it again. */
  readonly base: Uint8Array | null;
  /** Edits that stay in the text and are sent again. */
  readonly kept: readonly Edit[];
  readonly refused: readonly Edit[];
  /** Records of the local copy that leave it. */
  readonly keys: readonly number[];
}

/**
 * Decides which edits survive a new start. An edit that builds on a refused one goes with it: without
 * its ground no reader could ever see it. A record that also held surviving edits leaves the local
 * copy too; its survivors are unkept afterwards, to be kept again.
 */
export function partition(options: {
  readonly why: StartOver;
  readonly copy: LocalCopy | null;
  /** History of the text until now. */
  readonly generation: string;
  readonly outbox: Outbox;
}): Parts {
  const { why, copy, outbox } = options;
  const target =
    why.kind === 'stale' ? why.generation : why.kind === 'refused' ? options.generation : '';
  const usable = why.kind !== 'access-lost' && copy !== null && copy.generation === target;
  const base = usable ? copy.base : null;
  const held = clocksOf(base);
  const kept: Edit[] = [];
  const refused: Edit[] = [];
  for (const edit of outbox.edits) {
    const stays = why.kind === 'refused' && !why.edits.has(edit) && integrate(edit.bytes, held);
    (stays ? kept : refused).push(edit);
  }
  const keys = new Set<number>();
  for (const { record } of refused) if (record?.key != null) keys.add(record.key);
  for (const edit of kept) {
    edit.seq = null;
    if (edit.record?.key != null && keys.has(edit.record.key)) edit.record = null;
  }
  return {
    generation: usable ? target : '',
    position: usable ? copy.position : 0,
    base,
    kept,
    refused,
    keys: [...keys],
  };
}

/** A random id of 24 hexadecimal digits, from a source of numbers between 0 and 1. */
export function randomId(random: () => number): string {
  const part = () =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return part() + part() + part();
}
