import { can, type Act } from '../policy.ts';
import { done, refuse, type Result } from '../result.ts';
import type { Queries } from '../workspace.ts';
import { situationOf, type Situation, type ThingRef } from './standing.ts';

/** Who wants to do what to which thing, and when. */
export interface Question {
  readonly personId: string;
  readonly act: Act;
  readonly ref: ThingRef;
  readonly now: number;
}

/**
 * Loads the facts and asks the policy. What the person may not know of answers `not_found`, exactly
 * as what does not exist.
 */
export async function decide(db: Queries, question: Question): Promise<Result<Situation>> {
  const { personId, act, ref, now } = question;
  const situation = await situationOf(db, personId, ref, now);
  if (situation === null) return refuse('not_found');
  const verdict = can(situation.subject, act, situation.thing);
  if (verdict === 'allowed') return done(situation);
  return refuse(verdict === 'hidden' ? 'not_found' : 'forbidden');
}
