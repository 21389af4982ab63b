declare global {
  /** What `scripts/early-start.ts` asked for before any module ran, by path. */
  var plenaryEarlyAnswers: Record<string, Promise<Response | null>> | undefined;
}

/**
 * The answer that the page asked for by itself while its code was being loaded, if it was a good
 * one. Handed out once: whoever asks again wants to know what is true then. Null when there is none,
 * so that the caller asks.
 */
export async function takeEarlyAnswer(path: string): Promise<Response | null> {
  const asked = globalThis.plenaryEarlyAnswers?.[path];
  if (asked === undefined) return null;
  delete globalThis.plenaryEarlyAnswers?.[path];
  const response = await asked;
  return response?.ok === true ? response : null;
}
