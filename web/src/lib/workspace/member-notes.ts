import type { Member } from '@plenary/protocol';
import { exactDay } from '#lib/ui/moment.ts';
import { m } from '#messages';

/** What stands under a member's name: that it is oneself, still invited, what and until when they review. */
export function memberNotes(member: Member, isMyself: boolean): string {
  return [
    member.state === 'invited' ? m.member_invited() : null,
    isMyself ? m.member_you() : member.email,
    member.role === 'reviewer' ? m.member_reviews({ count: member.documents.length }) : null,
    member.until === null ? null : m.member_until({ date: exactDay(member.until) }),
  ]
    .filter(Boolean)
    .join(' · ');
}
