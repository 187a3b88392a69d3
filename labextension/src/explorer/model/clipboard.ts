/** Copies also where the page is no secure context, as behind plain HTTP. */
export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext && navigator.clipboard) {
    return navigator.clipboard.writeText(text);
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  (focused as HTMLElement | null)?.focus?.();
  if (!done) {
    throw new Error('The browser does not allow copying.');
  }
}
