import { m } from '#messages';

const TEXTS: Readonly<Record<string, () => string>> = {
  'link.issued': m.act_link_issued,
  'token.issued': m.act_token_issued,
  'mail.read': m.act_mail_read,
  'person.created': m.act_person_created,
  'person.invited': m.act_person_invited,
  'person.disabled': m.act_person_disabled,
  'person.enabled': m.act_person_enabled,
  'administrator.granted': m.act_administrator_granted,
  'administrator.revoked': m.act_administrator_revoked,
};

/** What was done with an account, in words; a kind this version does not know stays a word. */
export function actText(kind: string): string {
  return Object.hasOwn(TEXTS, kind) ? TEXTS[kind]!() : m.act_other({ kind });
}
