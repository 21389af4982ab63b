import type { Template } from '@plenary/protocol';

/**
 * The chapters a new document starts with. `technical-report` follows the usual parts of a published
 * technical report: summary first, references and annexes last.
 */
export const TEMPLATES: Readonly<Record<Template, readonly string[]>> = {
  blank: ['Chapter 1'],
  'technical-report': [
    'Executive summary',
    'Introduction',
    'Background and state of the art',
    'Methods',
    'Results',
    'Discussion',
    'Conclusions and recommendations',
    'References',
    'Annex A',
  ],
  notes: ['Notes', 'Decisions', 'Actions'],
};
