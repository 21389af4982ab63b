// Runs before the first paint, from the origin itself because inline scripts are forbidden: the
// theme this person chose here, so that a dark page does not flash white.
try {
  const theme = localStorage.getItem('plenary.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme applies.
}
