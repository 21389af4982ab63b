/** Languages mails are written in; the person's own. */
export type LetterLanguage = 'en' | 'fr';

/** A mail's words. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

/** What mails are about. */
export type LetterContent =
  | {
      readonly kind: 'invitation';
      readonly by: string;
      readonly activity: string | null;
      readonly url: string;
    }
  | { readonly kind: 'added'; readonly by: string; readonly activity: string; readonly url: string }
  | { readonly kind: 'password-reset'; readonly url: string }
  | { readonly kind: 'operator-link' }
  | { readonly kind: 'operator-token' };

type Words = {
  readonly [K in LetterContent['kind']]: (content: LetterContent & { kind: K }) => Letter;
};

const ENGLISH: Words = {
  invitation: ({ by, activity, url }) => ({
    subject: activity === null ? 'Your invitation to Plenary' : `Invitation: ${activity}`,
    text: `${by} invites you to Plenary${activity === null ? '' : `, to the activity “${activity}”`}.

Open this link to choose your name and password. It works once, within 14 days:

${url}

If you did not expect this, you need not do anything.
`,
  }),
  added: ({ by, activity, url }) => ({
    subject: `You are now in: ${activity}`,
    text: `${by} added you to the activity “${activity}”.

${url}
`,
  }),
  'password-reset': ({ url }) => ({
    subject: 'Choose a new password for Plenary',
    text: `Somebody, probably you, asked for a new password for this address.

Open this link to choose one. It works once, within one hour:

${url}

If it was not you, you need not do anything: your password stays as it is.
`,
  }),
  'operator-link': () => ({
    subject: 'A sign-in link to your account was issued',
    text: `The operator of this server issued a link that signs in to your account.

What is done through it is marked as such. Your account page lists your sessions and every act of the operator; you can end sessions there.

If you did not ask for this, talk to your operator.
`,
  }),
  'operator-token': () => ({
    subject: 'An access token to your account was issued',
    text: `The operator of this server issued an access token for your account.

What is done through it is marked as such. Your account page lists your tokens and every act of the operator; you can revoke tokens there.

If you did not ask for this, talk to your operator.
`,
  }),
};

const FRENCH: Words = {
  invitation: ({ by, activity, url }) => ({
    subject: activity === null ? 'Votre invitation à Plenary' : `Invitation : ${activity}`,
    text: `${by} vous invite sur Plenary${activity === null ? '' : `, dans l’activité « ${activity} »`}.

Ouvrez ce lien pour choisir votre nom et votre mot de passe. Il sert une fois, pendant 14 jours :

${url}

Si vous n’attendiez pas ce message, vous n’avez rien à faire.
`,
  }),
  added: ({ by, activity, url }) => ({
    subject: `Vous participez à : ${activity}`,
    text: `${by} vous a ajouté à l’activité « ${activity} ».

${url}
`,
  }),
  'password-reset': ({ url }) => ({
    subject: 'Choisissez un nouveau mot de passe pour Plenary',
    text: `Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour cette adresse.

Ouvrez ce lien pour le choisir. Il sert une fois, pendant une heure :

${url}

Si ce n’était pas vous, vous n’avez rien à faire : votre mot de passe ne change pas.
`,
  }),
  'operator-link': () => ({
    subject: 'Un lien de connexion à votre compte a été émis',
    text: `L’exploitant de ce serveur a émis un lien qui ouvre votre compte.

Ce qui est fait par ce lien est marqué comme tel. La page de votre compte montre vos sessions et chaque acte de l’exploitant ; vous pouvez y fermer des sessions.

Si vous ne l’avez pas demandé, parlez-en à votre exploitant.
`,
  }),
  'operator-token': () => ({
    subject: 'Un jeton d’accès à votre compte a été émis',
    text: `L’exploitant de ce serveur a émis un jeton d’accès à votre compte.

Ce qui est fait par ce jeton est marqué comme tel. La page de votre compte montre vos jetons et chaque acte de l’exploitant ; vous pouvez y révoquer des jetons.

Si vous ne l’avez pas demandé, parlez-en à votre exploitant.
`,
  }),
};

/** Writes a mail in the recipient's language; English when it is not one we write. */
export function writeLetter<K extends LetterContent['kind']>(
  content: LetterContent & { kind: K },
  language: string,
): Letter {
  const words: Words = language === 'fr' ? FRENCH : ENGLISH;
  return words[content.kind](content);
}
