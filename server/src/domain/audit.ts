import { newId } from './secrets.ts';
import type { Trx } from './workspace.ts';

/** What is recorded of accounts and memberships. Acts of the operator are shown to whom they concern. */
export type AuditKind =
  | 'set-up'
  | 'person.invited'
  | 'person.created'
  | 'person.disabled'
  | 'person.enabled'
  | 'administrator.granted'
  | 'administrator.revoked'
  | 'link.issued'
  | 'token.issued'
  | 'mail.read'
  | 'password.changed'
  | 'member.set'
  | 'member.removed';

/** Kinds that a person sees in their account: what others did with it. */
export const OPERATOR_ACTS: readonly AuditKind[] = [
  'person.created',
  'person.disabled',
  'person.enabled',
  'administrator.granted',
  'administrator.revoked',
  'link.issued',
  'token.issued',
  'mail.read',
];

/** Adds a row to the audit, in the transaction of what it records. `actorId` null: the command line. */
export async function record(
  trx: Trx,
  entry: {
    readonly kind: AuditKind;
    readonly at: number;
    readonly actorId: string | null;
    readonly subjectId: string | null;
    readonly detail?: Readonly<Record<string, string | number | null>>;
  },
): Promise<void> {
  await trx
    .insertInto('audit')
    .values({
      id: newId(),
      at: entry.at,
      kind: entry.kind,
      actor_id: entry.actorId,
      subject_id: entry.subjectId,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}
