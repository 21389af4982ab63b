import type { Node } from '@tiptap/pm/model';
import type { NodeView, ViewMutationRecord } from '@tiptap/pm/view';
import type { EditorLabels } from '../types.ts';
import { focusWhileScrolling } from './scroll-focus.ts';

/** A table's grid in a box that scrolls when it is wider than the page, with the columns' widths. */
export class GridView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;
  readonly #table: HTMLTableElement;
  readonly #columns: HTMLElement;
  readonly #stop: () => void;
  #drawn: string | null = null;

  constructor(node: Node, labels: EditorLabels) {
    this.dom = document.createElement('div');
    this.dom.className = 'table-scroll';
    this.#table = document.createElement('table');
    this.#columns = document.createElement('colgroup');
    this.contentDOM = document.createElement('tbody');
    this.#table.append(this.#columns, this.contentDOM);
    this.dom.append(this.#table);
    this.#stop = focusWhileScrolling(this.dom, labels.table);
    this.#drawColumns(node);
  }

  update(node: Node): boolean {
    this.#drawColumns(node);
    return true;
  }

  ignoreMutation(mutation: ViewMutationRecord): boolean {
    return mutation.type !== 'selection' && !this.contentDOM.contains(mutation.target);
  }

  destroy(): void {
    this.#stop();
  }

  #drawColumns({ attrs }: Node): void {
    const widths: unknown = attrs['widths'];
    const list = typeof widths === 'string' ? widths : '';
    if (list === this.#drawn) return;
    this.#drawn = list;
    // Null columns are empty between the spaces.
    const pixels = list === '' ? [] : list.split(' ').map(Number);
    const columns = pixels.map((width) => {
      const column = document.createElement('col');
      if (width > 0) column.style.width = `${width}px`;
      return column;
    });
    this.#columns.replaceChildren(...columns);
    const total = pixels.reduce((sum, width) => sum + width, 0);
    this.#table.style.minWidth = total > 0 ? `${total}px` : '';
  }
}
