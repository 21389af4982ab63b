import type { Access } from '@plenary/protocol';
import type { Authority } from '@plenary/relay';
import { situationOf } from './access/standing.ts';
import { chapterAccess } from './policy.ts';
import type { WallClock } from './ports.ts';
import { shareLookups } from './sharing.ts';
import type { Queries } from './workspace.ts';

/** Separates the two ids of a key; no id holds it. */
const BETWEEN = ' ';

/** The relay's Authority over the one policy. Lookups are shared, see `shareLookups`. */
export function createChapterAuthority(db: Queries, clock: WallClock): Authority {
  const lookUp = shareLookups(async (key): Promise<Access> => {
    const [personId = '', chapterId = ''] = key.split(BETWEEN);
    const ref = { kind: 'chapter', id: chapterId } as const;
    const situation = await situationOf(db, personId, ref, clock.now());
    if (situation === null || situation.thing.kind !== 'chapter') return { mode: 'none' };
    return chapterAccess(situation.subject, situation.thing);
  });
  return {
    async accessOf({ personId }, chapterId) {
      // What a client names may hold anything; an id never does.
      if (chapterId.includes(BETWEEN)) return { mode: 'none' };
      return lookUp(`${personId}${BETWEEN}${chapterId}`);
    },
  };
}
