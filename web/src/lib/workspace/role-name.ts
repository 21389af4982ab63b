import type { Role } from '@plenary/protocol';
import { m } from '#messages';

/** A role in the person's language. */
export function roleName(role: Role): string {
  return {
    chair: m.role_chair,
    member: m.role_member,
    reviewer: m.role_reviewer,
    observer: m.role_observer,
  }[role]();
}

/** A role with what it may do, for the choice of one. */
export function roleWithHint(role: Role): string {
  const hint = {
    chair: m.role_hint_chair,
    member: m.role_hint_member,
    reviewer: m.role_hint_reviewer,
    observer: m.role_hint_observer,
  }[role]();
  return `${roleName(role)}: ${hint}`;
}
