import type { Component } from 'svelte';

/** One entry of a menu: a link or an act; `startsGroup` draws a line above. */
export interface MenuEntry {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  readonly icon?: Component<{ size?: number; class?: string }>;
  readonly href?: string;
  /** Leads to a file: the router must not take it. */
  readonly download?: boolean;
  readonly run?: () => void;
  readonly isDangerous?: boolean;
  readonly startsGroup?: boolean;
}
