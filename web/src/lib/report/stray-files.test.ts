import { describe, expect, it } from 'vitest';
import { refuseStrayFile } from './stray-files.ts';

/** A drag of these types over something that took it already, or not. */
function drag(types: readonly string[], isTaken = false) {
  const event = new Event('dragover', { bubbles: true, cancelable: true });
  if (isTaken) event.preventDefault();
  const dataTransfer = { types, dropEffect: 'copy' };
  const told = Object.assign(event, { dataTransfer }) as unknown as DragEvent;
  refuseStrayFile(told);
  return { isPrevented: event.defaultPrevented, effect: dataTransfer.dropEffect };
}

describe('a file dragged over the page', () => {
  it('is refused where nothing takes it', () => {
    expect(drag(['Files'])).toEqual({ isPrevented: true, effect: 'none' });
  });

  it('is left to the text that takes it', () => {
    expect(drag(['Files'], true)).toEqual({ isPrevented: true, effect: 'copy' });
  });

  it('is no business of words and chapters that are dragged', () => {
    expect(drag(['text/plain'])).toEqual({ isPrevented: false, effect: 'copy' });
  });
});
