import type { Access } from '@plenary/protocol';
import type { Authority } from '@plenary/relay';
import { situationOf } from './access/standing.ts';
import { chapterAccess } from './policy.ts';
import type { WallClock } from './ports.ts';
import type { Queries } from './workspace.ts';

/**
 * The relay's Authority over the one policy. Everybody who asks about the same person and chapter
 * within one turn of the event loop shares a query that starts after they asked, so that an opening
 * storm costs little and no answer is older than its question.
 */
export function createChapterAuthority(db: Queries, clock: WallClock): Authority {
  const waiting = new Map<string, Promise<Access>>();
  const load = async (personId: string, chapterId: string): Promise<Access> => {
    const situation = await situationOf(
      db,
      personId,
      { kind: 'chapter', id: chapterId },
      clock.now(),
    );
    if (situation === null || situation.thing.kind !== 'chapter') return { mode: 'none' };
    return chapterAccess(situation.subject, situation.thing);
  };

  return {
    accessOf({ personId }, chapterId) {
      const key = `${personId} ${chapterId}`;
      const shared = waiting.get(key);
      if (shared !== undefined) return shared;
      const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        waiting.delete(key);
        return load(personId, chapterId);
      });
      waiting.set(key, answer);
      return answer;
    },
  };
}
