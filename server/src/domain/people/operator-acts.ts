import type { OperatorAct } from '@plenary/protocol';
import { OPERATOR_ACTS } from '../audit.ts';
import { toTimestamp } from '../moments.ts';
import type { Workspace } from '../workspace.ts';

/** Most acts that are shown: the newest. */
const LIST_SIZE = 200;

/** What the operator and administrators did with a person's account, the newest first. */
export async function listOperatorActs(
  { db }: Workspace,
  personId: string,
): Promise<OperatorAct[]> {
  const rows = await db
    .selectFrom('audit')
    .leftJoin('people', 'people.id', 'audit.actor_id')
    .select(['audit.id', 'audit.at', 'audit.kind', 'audit.actor_id', 'people.name'])
    .where('audit.subject_id', '=', personId)
    .where('audit.kind', 'in', OPERATOR_ACTS)
    .orderBy('audit.at', 'desc')
    .orderBy('audit.id', 'desc')
    .limit(LIST_SIZE)
    .execute();
  return rows
    .filter((row) => row.actor_id !== personId)
    .map((row) => ({ id: row.id, at: toTimestamp(row.at), kind: row.kind, by: row.name }));
}
