/** How much a button asks for attention; a screen has at most one `primary`. */
export type ButtonVariant = 'primary' | 'plain' | 'quiet' | 'danger';

/** `icon` is square and holds one icon with an accessible name. */
export type ButtonSize = 'sm' | 'md' | 'icon';

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-md font-medium whitespace-nowrap select-none transition-colors disabled:opacity-55 disabled:cursor-not-allowed';

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong',
  plain: 'bg-surface text-ink border border-edge hover:bg-hover',
  quiet: 'text-ink hover:bg-hover',
  danger: 'bg-surface text-bad border border-bad hover:bg-bad-soft',
};

const SIZES: Record<ButtonSize, string> = {
  sm: 'h-8 px-2.5 text-sm',
  md: 'h-10 px-4',
  icon: 'size-9 shrink-0',
};

/** The classes of a button, also for links and menu triggers that should look like one. */
export function buttonClass(variant: ButtonVariant, size: ButtonSize = 'md'): string {
  return `${BASE} ${VARIANTS[variant]} ${SIZES[size]}`;
}
