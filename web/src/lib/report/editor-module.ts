import '@plenary/editor/editor.css';

export { createChapterEditor } from '@plenary/editor';
