import type { EditorLabels } from '../types.ts';

/** Labels for tests. */
export const testLabels: EditorLabels = {
  editor: 'Text of the chapter',
  placeholder: 'Write here',
  formulaSource: 'TeX of the formula',
  emptyFormula: 'Empty formula',
  unknownContent: 'Not understood:',
  uploadingImage: (name) => `Sending ${name}`,
  failedImage: (name) => `${name} could not be sent`,
  caption: 'Caption',
  table: 'Table',
  equation: 'Equation',
};
