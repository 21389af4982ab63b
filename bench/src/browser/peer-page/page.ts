/** The page Plenary is compared with: TipTap as its guide shows it, over y-websocket. */
import { Editor } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { StarterKit } from '@tiptap/starter-kit';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

const query = new URLSearchParams(location.search);
const doc = new Y.Doc();
const provider = new WebsocketProvider(query.get('server')!, query.get('room')!, doc, {
  // tabs of one browser would otherwise talk past the server
  disableBc: true,
});
const editor = new Editor({
  element: document.querySelector('#editor')!,
  extensions: [
    StarterKit.configure({ undoRedo: false }),
    Collaboration.configure({ document: doc }),
  ],
});
addEventListener('pagehide', () => {
  provider.destroy();
  editor.destroy();
});
