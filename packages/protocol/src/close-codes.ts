/**
 * Every WebSocket close code the server uses of its own accord. 4400 to 4499 are permanent: the
 * same request will fail again, so a client must not retry by itself. All others may be retried
 * with back-off.
 */
export const CLOSE_CODES = {
  malformed: { code: 4400, text: 'malformed frame' },
  unauthenticated: { code: 4401, text: 'not signed in, or the ticket has expired' },
  forbidden: { code: 4403, text: 'no access to this chapter' },
  unknownChapter: { code: 4404, text: 'no such chapter' },
  textFrame: { code: 4406, text: 'binary frames only' },
  stale: { code: 4409, text: 'the document has another history; reload' },
  tooLarge: { code: 4413, text: 'update or frame too large' },
  foreignEdit: { code: 4422, text: 'an edit under another person’s identity' },
  tooMany: { code: 4429, text: 'too many messages' },
  restarting: { code: 1012, text: 'server restarting' },
  storageFull: { code: 4507, text: 'the server cannot store changes now' },
  quarantined: { code: 4503, text: 'this chapter is out of service' },
  slow: { code: 4508, text: 'the connection is too slow' },
  silent: { code: 4509, text: 'no message for too long' },
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;

/** Whether a client that was closed with `code` may try the same thing again by itself. */
export function isRetryable(code: number): boolean {
  return code < 4400 || code > 4499;
}
