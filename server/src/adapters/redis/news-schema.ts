import { Outline } from '@plenary/protocol';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { WorkspaceNews } from '../../domain/ports.ts';

const Ids = Type.Readonly(Type.Array(Type.String()));

/** The news nodes tell each other. Unknown members are let through: a newer node may say more. */
const SharedNews = Type.Union([
  Type.Object({ type: Type.Literal('rights'), chapterIds: Ids }),
  Type.Object({ type: Type.Literal('activities'), personIds: Ids }),
  Type.Object({ type: Type.Literal('activity'), activityId: Type.String() }),
  Type.Object({
    type: Type.Literal('document'),
    activityId: Type.String(),
    outline: Outline,
  }),
  Type.Object({
    type: Type.Literal('document-deleted'),
    activityId: Type.String(),
    documentId: Type.String(),
  }),
  Type.Object({
    type: Type.Literal('membership'),
    activityId: Type.String(),
    personId: Type.String(),
  }),
  Type.Object({
    type: Type.Literal('renamed'),
    personId: Type.String(),
    name: Type.String(),
  }),
  Type.Object({
    type: Type.Literal('sessions-ended'),
    personId: Type.String(),
    sessionIds: Type.Union([Ids, Type.Null()]),
  }),
]);

const check = Compile(SharedNews);

/** Encodes news for the other nodes; null for what concerns only the node where it happened. */
export function encodeNews(news: WorkspaceNews): Uint8Array | null {
  // The mail lies in SQL: whoever looks first sends it.
  if (news.type === 'mail-waiting') return null;
  return new TextEncoder().encode(JSON.stringify(news));
}

/** Reads another node's news; null for what this version does not understand. */
export function decodeNews(bytes: Uint8Array): WorkspaceNews | null {
  try {
    const news: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return check.Check(news) ? news : null;
  } catch {
    return null;
  }
}
