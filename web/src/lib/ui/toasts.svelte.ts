import { createContext } from 'svelte';

/** A passing message at the foot of the page, with at most one thing to do about it. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** How long a message without an action stays. */
const STAY_MS = 6_000;
/** A message that offers to undo stays longer: reading and deciding takes time (WCAG 2.2.1). */
const STAY_WITH_ACTION_MS = 15_000;
/** More than this would cover the page; the oldest leaves. */
const MAX_SHOWN = 3;

/** The messages now shown, oldest first. */
export class Toasts {
  #shown = $state.raw<readonly Toast[]>([]);
  #next = 1;

  get shown(): readonly Toast[] {
    return this.#shown;
  }

  /** Shows a message; it leaves by itself, or when its action is taken. */
  show(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
    const id = this.#next++;
    const toast: Toast = {
      id,
      text,
      tone: options.tone ?? 'plain',
      ...(options.action && { action: options.action }),
    };
    this.#shown = [...this.#shown, toast].slice(-MAX_SHOWN);
    setTimeout(() => this.dismiss(id), toast.action ? STAY_WITH_ACTION_MS : STAY_MS);
  }

  /** Takes one message away; an unknown one is ignored. */
  dismiss(id: number): void {
    this.#shown = this.#shown.filter((toast) => toast.id !== id);
  }
}

/** The page's one list of messages: the layout sets it, every component may get it. */
export const [getToasts, setToasts] = createContext<Toasts>();
