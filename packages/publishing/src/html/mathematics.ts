import temml from 'temml';
import { element, type Markup } from './element.ts';

/** Longer TeX is shown as it is: no formula that a person reads comes near this. */
const MAX_TEX = 5_000;
/** Macros may not expand for ever: the number of expansions in one formula. */
const MAX_EXPANSIONS = 500;
/** Largest size a formula may ask for, in em. */
const MAX_SIZE_EM = 20;
/** Deeper braces than this are shown as they are; a parser by descent would run out of stack. */
const MAX_BRACES = 100;

/**
 * TeX as MathML, which browsers draw and screen readers speak. TeX that is broken, too long or too
 * deep is shown as code instead: nothing is thrown, nothing is lost. No command may load or link.
 */
export function mathematics(tex: string, display: boolean): Markup {
  if (tex.length > MAX_TEX || depthOf(tex) > MAX_BRACES) return asCode(tex, display);
  try {
    const markup = temml.renderToString(tex, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      annotate: true,
      maxExpand: MAX_EXPANSIONS,
      maxSize: [MAX_SIZE_EM, MAX_SIZE_EM],
    });
    return { markup };
  } catch (error) {
    // a parse error, or a stack that a strange formula used up: both are the formula's own
    if (!(error instanceof Error)) throw error;
    return asCode(tex, display);
  }
}

function asCode(tex: string, display: boolean): Markup {
  const code = element('code', { class: 'tex' }, tex);
  return display ? element('pre', {}, code) : code;
}

function depthOf(tex: string): number {
  let depth = 0;
  let deepest = 0;
  for (const character of tex) {
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
