import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import { chartOfTheSound } from './chart-of-the-sound.ts';
import { beamPattern, lostHydrophones, workingNodes } from './charts.ts';

/*
 * Draws the sample's figures again: `node server/src/sample/figures/draw.ts`. The letters come from
 * KaTeX's own typeface, not the machine's, so the pictures are the same everywhere.
 */
const katex = createRequire(import.meta.url).resolve('katex');
const fonts = [
  'KaTeX_SansSerif-Regular',
  'KaTeX_SansSerif-Bold',
  'KaTeX_SansSerif-Italic',
  'KaTeX_Main-Regular',
];
const fontFiles = fonts.map((name) => join(dirname(katex), 'fonts', `${name}.ttf`));

const figures = {
  'halmwick-sound.png': chartOfTheSound(),
  'beam-pattern.png': beamPattern(),
  'lost-hydrophones.png': lostHydrophones(),
  'working-nodes.png': workingNodes(),
};

for (const [name, svg] of Object.entries(figures)) {
  const drawing = new Resvg(svg, {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'KaTeX_Main' },
  });
  writeFileSync(join(import.meta.dirname, '..', 'files', name), drawing.render().asPng());
}
