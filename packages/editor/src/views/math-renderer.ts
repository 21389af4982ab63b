/** Draws TeX into an element. Broken TeX is drawn as its source with the error, never thrown. */
export type MathRenderer = (
  tex: string,
  element: HTMLElement,
  options: { readonly isDisplay: boolean },
) => void;

/** Longer TeX is shown as text: laying it out could hold up the page for seconds. */
const MAX_TEX_LENGTH = 10_000;

let loading: Promise<MathRenderer> | null = null;

/**
 * The renderer, KaTeX with its style sheet. Both are fetched at the first formula on the page, so
 * that a report without formulas never pays for them. Rejects when they cannot be fetched; the next
 * call tries again.
 */
export function loadMathRenderer(): Promise<MathRenderer> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<MathRenderer> {
  const [{ default: katex }] = await Promise.all([
    import('katex'),
    import('katex/dist/katex.min.css'),
  ]);
  return (tex, element, { isDisplay }) => {
    if (tex.length > MAX_TEX_LENGTH) {
      element.textContent = tex;
      return;
    }
    katex.render(tex, element, {
      displayMode: isDisplay,
      throwOnError: false,
      // Nothing in a formula may load or link to anything.
      trust: false,
      strict: 'ignore',
      maxSize: 50,
      maxExpand: 500,
    });
  };
}
