/** A short name for a person of the sample, used in its chapters and in the links of its people. */
export type PersonKey = 'ana' | 'bjorn' | 'chiyo';

/** Somebody in the sample. All of them are invented. */
export type SamplePerson = {
  readonly key: PersonKey;
  readonly name: string;
  readonly email: string;
  readonly role: 'chair' | 'member';
};

/** The people of the sample; the first of them is the chair. */
export const SAMPLE_PEOPLE: readonly SamplePerson[] = [
  { key: 'ana', name: 'Ana Ferreira', email: 'ana@sample.invalid', role: 'chair' },
  { key: 'bjorn', name: 'Björn Lindqvist', email: 'bjorn@sample.invalid', role: 'member' },
  { key: 'chiyo', name: 'Chiyo Tanaka', email: 'chiyo@sample.invalid', role: 'member' },
];

/** Whether a word is the key of somebody in the sample. */
export function isPersonKey(word: string): word is PersonKey {
  return SAMPLE_PEOPLE.some((person) => person.key === word);
}
