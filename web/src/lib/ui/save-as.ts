/** Hands the person a file with what the page holds, without asking the server. */
export function saveAs(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has its own reference to the bytes once the click was handled.
  queueMicrotask(() => URL.revokeObjectURL(url));
}
