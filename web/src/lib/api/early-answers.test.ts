import { afterEach, describe, expect, it } from 'vitest';
import { takeEarlyAnswer } from './early-answers.ts';

const PATH = '/session';

function asked(answer: Response | null): void {
  globalThis.plenaryEarlyAnswers = { [PATH]: Promise.resolve(answer) };
}

describe('an answer asked for early', () => {
  afterEach(() => {
    globalThis.plenaryEarlyAnswers = undefined;
  });

  it('is handed out once', async () => {
    const answer = Response.json({ person: 'Ana' });
    asked(answer);
    expect(await takeEarlyAnswer(PATH)).toBe(answer);
    expect(await takeEarlyAnswer(PATH)).toBeNull();
  });

  it('is handed to one of two who ask at the same time', async () => {
    const answer = new Response();
    asked(answer);
    expect(await Promise.all([takeEarlyAnswer(PATH), takeEarlyAnswer(PATH)])).toEqual([
      answer,
      null,
    ]);
  });

  it('is not handed out for another path, when it was a refusal, or when there was none', async () => {
    asked(new Response());
    expect(await takeEarlyAnswer('/documents/1')).toBeNull();
    asked(new Response(null, { status: 401 }));
    expect(await takeEarlyAnswer(PATH)).toBeNull();
    asked(null);
    expect(await takeEarlyAnswer(PATH)).toBeNull();
    globalThis.plenaryEarlyAnswers = undefined;
    expect(await takeEarlyAnswer(PATH)).toBeNull();
  });
});
