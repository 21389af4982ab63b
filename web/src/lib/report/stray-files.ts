/**
 * Keeps the report on the screen when a file is dragged to where nothing takes it: beside the text, or
 * on text one may only read. A browser would leave the page to show the file. For `dragover` and
 * `drop` on the window; what the text itself takes is left to it.
 */
export function refuseStrayFile(event: DragEvent): void {
  const { dataTransfer } = event;
  if (event.defaultPrevented || dataTransfer?.types.includes('Files') !== true) return;
  event.preventDefault();
  dataTransfer.dropEffect = 'none';
}
