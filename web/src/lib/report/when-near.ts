import type { Attachment } from 'svelte/attachments';

/** How far outside the window an element counts as near: about a screen and a half. */
const NEAR = '1200px 0px';

/** Calls back once, when the element comes near what is on screen. */
export function whenNear(approach: () => void): Attachment<HTMLElement> {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        approach();
      },
      { rootMargin: NEAR },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}

/** The band of the window, a little above its middle, where people read. */
const READING_BAND = '-30% 0px -69%';

/** Calls back whenever the element comes to where people read, or leaves it. */
export function whenRead(reads: (isRead: boolean) => void): Attachment<HTMLElement> {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => reads(entries.at(-1)?.isIntersecting === true),
      { rootMargin: READING_BAND },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}
