import { createContext } from 'svelte';

/** One thing the palette can do: go somewhere, or act on what is on screen. */
export interface PaletteEntry {
  readonly key: string;
  readonly label: string;
  /** Where it belongs, shown beside the label and searched with it. */
  readonly context?: string;
  readonly group: 'here' | 'go' | 'act';
  readonly href?: string;
  readonly run?: () => void;
}

/** Gives the entries a screen offers at the moment the palette opens. */
export type PaletteSource = () => readonly PaletteEntry[] | Promise<readonly PaletteEntry[]>;

/** The command palette: open or not, and the screens that offer entries. */
export class Palette {
  #isOpen = $state(false);
  // Asked only when the palette opens, so nothing on screen depends on it.
  readonly #sources = new Set<PaletteSource>();

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Shows the palette. */
  open(): void {
    this.#isOpen = true;
  }

  /** Hides the palette. */
  close(): void {
    this.#isOpen = false;
  }

  /** Offers entries until the returned function is called. */
  offer(source: PaletteSource): () => void {
    this.#sources.add(source);
    return () => {
      this.#sources.delete(source);
    };
  }

  /** All entries now offered; a source that fails offers none. */
  async entries(): Promise<readonly PaletteEntry[]> {
    const answers = await Promise.allSettled([...this.#sources].map(async (source) => source()));
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }
}

/** The workspace's one palette: its layout sets it. */
export const [getPalette, setPalette] = createContext<Palette>();
