import type { Role } from '@plenary/protocol';
import { describe, expect, it } from 'vitest';
import { can, chapterAccess, RULES, type Act, type Standing, type Thing } from './policy.ts';

const NOW = 1_000_000;

const ACTIVITY: Thing = { kind: 'activity' };
const DOCUMENT: Thing = { kind: 'document', documentId: 'd1', isDeleted: false };
const CHAPTER: Thing & { kind: 'chapter' } = {
  kind: 'chapter',
  documentId: 'd1',
  isDeleted: false,
  isFrozen: false,
};
const FROZEN = { ...CHAPTER, isFrozen: true };

function standing(role: Role, more: Partial<Standing> = {}): Standing {
  return { role, until: null, documents: new Set(role === 'reviewer' ? ['d1'] : []), ...more };
}

function verdicts(act: Act, thing: Thing): string {
  const roles = ['chair', 'member', 'reviewer', 'observer'] as const;
  return roles
    .map((role) => can({ standing: standing(role), now: NOW }, act, thing))
    .map((verdict) => ({ allowed: '+', forbidden: '-', hidden: '?' })[verdict])
    .join(' ');
}

// One row for every act: chair, member, reviewer (of this document), observer.
const TABLE: readonly (readonly [Act, Thing, string])[] = [
  ['activity.read', ACTIVITY, '+ + + +'],
  ['activity.update', ACTIVITY, '+ - - -'],
  ['activity.members', ACTIVITY, '+ - - -'],
  ['activity.create-document', ACTIVITY, '+ + - -'],
  ['document.read', DOCUMENT, '+ + + +'],
  ['document.export', DOCUMENT, '+ + + +'],
  ['document.outline', DOCUMENT, '+ + - -'],
  ['document.upload', DOCUMENT, '+ + - -'],
  ['document.delete', DOCUMENT, '+ - - -'],
  ['document.restore', { ...DOCUMENT, isDeleted: true }, '+ - - -'],
  ['chapter.read', CHAPTER, '+ + + +'],
  ['chapter.write', CHAPTER, '+ + - -'],
  ['chapter.outline', CHAPTER, '+ + - -'],
  ['chapter.freeze', CHAPTER, '+ - - -'],
  ['chapter.restore', { ...CHAPTER, isDeleted: true }, '+ + - -'],
];

const FROZEN_TABLE: readonly (readonly [Act, Thing, string])[] = [
  ['chapter.read', FROZEN, '+ + + +'],
  ['chapter.write', FROZEN, '- - - -'],
  ['chapter.outline', FROZEN, '+ - - -'],
  ['chapter.freeze', FROZEN, '+ - - -'],
  ['chapter.restore', { ...FROZEN, isDeleted: true }, '+ - - -'],
];

describe('the policy', () => {
  it.each(TABLE)('[A1] %s is decided by role', (act, thing, expected) => {
    expect(verdicts(act, thing)).toBe(expected);
  });

  it.each(FROZEN_TABLE)(
    '[A1] %s of a frozen chapter is decided by role',
    (act, thing, expected) => {
      expect(verdicts(act, thing)).toBe(expected);
    },
  );

  it('the table names every act', () => {
    expect(TABLE.map(([act]) => act).toSorted()).toEqual(Object.keys(RULES).toSorted());
  });

  it('[A2] hides everything from who is not in the activity, whatever else they are', () => {
    for (const [act, thing] of [...TABLE, ...FROZEN_TABLE]) {
      expect(can({ standing: null, now: NOW }, act, thing)).toBe('hidden');
    }
  });

  it('[A1] hides from a reviewer what they were not asked to review, and everything after the end', () => {
    const elsewhere = standing('reviewer', { documents: new Set(['d2']) });
    expect(can({ standing: elsewhere, now: NOW }, 'document.read', DOCUMENT)).toBe('hidden');
    expect(can({ standing: elsewhere, now: NOW }, 'chapter.read', CHAPTER)).toBe('hidden');
    expect(can({ standing: elsewhere, now: NOW }, 'activity.read', ACTIVITY)).toBe('allowed');
    const until = standing('reviewer', { until: NOW });
    expect(can({ standing: until, now: NOW - 1 }, 'document.read', DOCUMENT)).toBe('allowed');
    expect(can({ standing: until, now: NOW }, 'document.read', DOCUMENT)).toBe('hidden');
    expect(can({ standing: until, now: NOW }, 'activity.read', ACTIVITY)).toBe('hidden');
  });

  it('[A5] what lies in the bin can be restored and nothing else; what does not, cannot be restored', () => {
    const subject = { standing: standing('chair'), now: NOW };
    for (const [act, thing] of TABLE) {
      if (thing.kind === 'activity') continue;
      const turned = { ...thing, isDeleted: !thing.isDeleted };
      expect(can(subject, act, turned)).toBe('hidden');
    }
  });

  it('throws when an act is asked about the wrong kind of thing', () => {
    const subject = { standing: standing('chair'), now: NOW };
    expect(() => can(subject, 'document.read', ACTIVITY)).toThrow(TypeError);
  });

  it('tells the relay why a chapter can only be read', () => {
    const access = (role: Role, chapter: typeof CHAPTER) =>
      chapterAccess({ standing: standing(role), now: NOW }, chapter);
    expect(access('member', CHAPTER)).toEqual({ mode: 'write' });
    expect(access('chair', FROZEN)).toEqual({ mode: 'read', reason: 'frozen' });
    expect(access('observer', CHAPTER)).toEqual({ mode: 'read', reason: 'role' });
    expect(access('observer', FROZEN)).toEqual({ mode: 'read', reason: 'role' });
    expect(chapterAccess({ standing: null, now: NOW }, CHAPTER)).toEqual({ mode: 'none' });
    expect(access('chair', { ...CHAPTER, isDeleted: true })).toEqual({ mode: 'none' });
  });
});
