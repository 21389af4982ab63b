import { Plugin, TextSelection } from '@tiptap/pm/state';

const TOWARDS = {
  ArrowUp: 'before',
  ArrowLeft: 'before',
  ArrowDown: 'after',
  ArrowRight: 'after',
} as const;

const LINE_DIRECTION = {
  ArrowUp: 'up',
  ArrowLeft: 'left',
  ArrowDown: 'down',
  ArrowRight: 'right',
} as const;

/** Tells when an arrow key would move the caret out of the chapter, so that the next one gets it. */
export function leavePlugin(onLeave: (towards: 'before' | 'after') => boolean): Plugin {
  return new Plugin({
    props: {
      handleKeyDown: (view, event) => {
        const hasModifier = event.shiftKey || event.ctrlKey || event.metaKey || event.altKey;
        const key = event.key as keyof typeof TOWARDS;
        const towards = hasModifier ? undefined : TOWARDS[key];
        const { selection, doc } = view.state;
        if (towards === undefined || !selection.empty) return false;
        if (!(selection instanceof TextSelection)) return false;
        const index = selection.$head.index(0);
        const isEdge = towards === 'before' ? index === 0 : index === doc.childCount - 1;
        if (!isEdge || !view.endOfTextblock(LINE_DIRECTION[key])) return false;
        return onLeave(towards);
      },
    },
  });
}
