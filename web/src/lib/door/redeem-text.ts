import type { LinkInfo } from '@plenary/protocol';
import { m } from '#messages';

/** The words of a one-time link's page. */
export interface RedeemText {
  readonly title: string;
  readonly explanation: string;
  readonly submit: string;
}

/** Chooses the words by what the link is for. */
export function redeemText(link: LinkInfo): RedeemText {
  const email = link.email ?? '';
  switch (link.kind) {
    case 'set-up':
      return { title: m.setup_title(), explanation: m.setup_text(), submit: m.setup_submit() };
    case 'invitation':
      return {
        title: m.invitation_title(),
        explanation:
          link.activity === null
            ? m.invitation_text({ email })
            : m.invitation_text_activity({ email, activity: link.activity }),
        submit: m.invitation_submit(),
      };
    case 'password-reset':
      return {
        title: m.reset_title(),
        explanation: m.reset_text({ email }),
        submit: m.reset_submit(),
      };
    case 'sign-in':
      return {
        title: m.signin_link_ready({ name: link.name ?? email }),
        explanation: m.signin_link_text(),
        submit: m.sign_in(),
      };
    default:
      return link.kind satisfies never;
  }
}
