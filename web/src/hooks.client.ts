import type { HandleClientError } from '@sveltejs/kit/hooks';
import { m } from '#messages';

/**
 * Every error that no screen has dealt with ends here and on the error page. The text is for people;
 * an error of our own goes on to the browser's report, where a test or a developer sees it.
 */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind === 'unknown') reportError(error);
  return { message: m.error_title() };
};
